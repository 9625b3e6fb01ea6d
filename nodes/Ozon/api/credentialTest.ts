import type { ICredentialTestFunctions, ICredentialsDecrypted, INodeCredentialTestResult } from 'n8n-workflow';
import { ServiceFailure } from '../../../transport/errors';
import { ozonClient, ozonCredentials, ozonHttp } from './connection';
import { keyReport, readRoles, warnDays } from './keyCheck';

/**
 * Tests the credential by `/v1/roles` (ozon.md §1). A key that works but ends soon, or lacks methods, does not pass either: this is the only
 * place where n8n shows a text beside a credential, and it can be saved and used all the same.
 */
export async function ozonKey(this: ICredentialTestFunctions, credential: ICredentialsDecrypted): Promise<INodeCredentialTestResult> {
	const read = ozonCredentials.safeParse(credential.data);
	if (!read.success) return { status: 'Error', message: read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') };
	try {
		const { warnings } = keyReport(await readRoles(ozonClient(read.data, ozonHttp(read.data), { timeoutMs: 15_000 })), Date.now(), warnDays);
		if (warnings.length === 0) return { status: 'OK', message: 'The key works and has every method it needs' };
		return { status: 'Error', message: `Ozon takes the key, but: ${warnings.join('. ')}` };
	} catch (error) {
		const message = error instanceof ServiceFailure ? `${error.message}. ${error.advice}` : `The test itself failed: ${String(error)}`;
		return { status: 'Error', message };
	}
}
