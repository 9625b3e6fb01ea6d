import type { ICredentialTestFunctions, ICredentialsDecrypted, INodeCredentialTestResult } from 'n8n-workflow';
import { axiosThroughCredentialTest } from '../../../transport/n8n';
import { credentialTest, testTimeoutMs, type CredentialAdvice } from '../../shared/credentialTest';
import { ozonClient, ozonCredentials, ozonHeaders } from './connection';
import { keyReport, readRoles, warnDays } from './keyCheck';

const key = 'Make a new key in the seller cabinet (Settings → Seller API), and put it and the Client ID that stands there into the credential.';
const advice: CredentialAdvice = {
	unauthorized: key,
	forbidden: key,
	not_found: 'Leave the Base URL at https://api-seller.ozon.ru, and take the Client ID from the seller cabinet (Settings → Seller API).',
};

/**
 * Tests the credential by `/v1/roles` (ozon.md §1). A key that works but ends soon, or lacks methods, does not pass either: this is the only
 * place where n8n shows a text beside a credential, and it can be saved and used all the same.
 */
export async function ozonKey(this: ICredentialTestFunctions, { data }: ICredentialsDecrypted): Promise<INodeCredentialTestResult> {
	return await credentialTest(advice, async () => {
		const read = ozonCredentials.safeParse(data);
		if (!read.success) return { status: 'Error', message: read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') };
		const http = axiosThroughCredentialTest(this, ozonHeaders(read.data));
		const { warnings } = keyReport(await readRoles(ozonClient(read.data, http, { timeoutMs: testTimeoutMs })), Date.now(), warnDays);
		if (warnings.length === 0) return { status: 'OK', message: 'The key works and has every method it needs' };
		return { status: 'Error', message: `Ozon takes the key, but: ${warnings.join('. ')}` };
	});
}
