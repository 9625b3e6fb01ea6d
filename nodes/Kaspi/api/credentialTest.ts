import type { ICredentialTestFunctions, ICredentialsDecrypted, INodeCredentialTestResult } from 'n8n-workflow';
import { axiosThroughCredentialTest } from '../../../transport/n8n';
import { credentialTest, testTimeoutMs, type CredentialAdvice } from '../../shared/credentialTest';
import { kaspiClient, kaspiCredentials, kaspiHeaders } from './connection';

const dayMs = 86_400_000;

/** Clients take 401 and 403 for the same: the token (kaspi.md §6). A wrong Shop ID is "not found". */
const token = 'Copy the token anew from the seller cabinet of this shop (Settings → API token); only the head of the company sees it there.';
const advice: CredentialAdvice = {
	unauthorized: token,
	forbidden: token,
	not_found: 'Check the Shop ID (seller cabinet, Settings → Shop ID), which must be of the same shop as the token, and leave the Base URL at https://kaspi.kz/shop/api/v2.',
};

/** Asks for the newest order. */
export async function kaspiToken(this: ICredentialTestFunctions, { data }: ICredentialsDecrypted): Promise<INodeCredentialTestResult> {
	return await credentialTest(advice, async () => {
		const read = kaspiCredentials.safeParse(data);
		if (!read.success) return { status: 'Error', message: read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') };
		const http = axiosThroughCredentialTest(this, kaspiHeaders(read.data));
		await kaspiClient(read.data, http, { timeoutMs: testTimeoutMs }).page({ from: Date.now() - dayMs }, 0, 1);
		return { status: 'OK', message: 'Kaspi takes the token' };
	});
}
