import type { INodeCredentialTestResult } from 'n8n-workflow';
import { ServiceFailure, type FailureKind } from '../../transport/errors';

/** A person is waiting. */
export const testTimeoutMs = 15_000;

/** What to do about a credential, by what the service said; `malformed`: nobody was asked, because of what was typed in. */
export type CredentialAdvice = Partial<Record<FailureKind | 'malformed', string>>;

const waiting: CredentialAdvice = {
	unavailable: 'The credential may be right: test it again in some minutes, and check the address in it and whether n8n reaches the internet.',
	rate_limited: 'The credential may be right: test it again in a minute.',
};

/**
 * What n8n shows beside a credential. Its own declarative tests would show the bare status of a bad answer ("Unauthorized"), and the bare
 * code of the network when none came.
 * @param test what is said of a credential that works; throws `ServiceFailure`, or a `RangeError` about what was typed in
 */
export async function credentialTest(advice: CredentialAdvice, test: () => Promise<INodeCredentialTestResult>): Promise<INodeCredentialTestResult> {
	try {
		return await test();
	} catch (error) {
		if (error instanceof RangeError) return { status: 'Error', message: [error.message, advice.malformed].filter(Boolean).join('. ') };
		if (!(error instanceof ServiceFailure)) return { status: 'Error', message: `The test itself failed: ${String(error)}` };
		return { status: 'Error', message: `${error.message.replace(/\.$/, '')}. ${advice[error.kind] ?? waiting[error.kind] ?? error.advice}` };
	}
}
