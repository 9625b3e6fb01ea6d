import type { ICredentialTestFunctions, ICredentialsDecrypted, INodeCredentialTestResult } from 'n8n-workflow';
import { z } from 'zod/v4';
import { axiosThroughCredentialTest } from '../../../transport/n8n';
import { credentialTest, testTimeoutMs, type CredentialAdvice } from '../../shared/credentialTest';
import { accountBaseUrl } from './accountAddress';
import { amoCrmClient } from './connection';

const credentials = z.object({ account: z.string().default(''), accessToken: z.string().trim().default('') });

const advice: CredentialAdvice = {
	unauthorized:
		'The token has expired, was revoked, or belongs to another account: check the account, or make a new token in amoCRM (Settings → Integrations → your integration → Keys and scopes) and put it in.',
	forbidden: 'The administrator who made the token may have lost the rights to the account: make a token as an administrator of this account.',
	not_found: 'Enter the account as you see its address in the browser, e.g. shop.amocrm.ru.',
	unpaid: 'Pay for the account in amoCRM: it refuses calls until then.',
};

/** Asks for the account; the token is sent to accounts of amoCRM and Kommo only. */
export async function amoCrmToken(this: ICredentialTestFunctions, { data }: ICredentialsDecrypted): Promise<INodeCredentialTestResult> {
	return await credentialTest(advice, async () => {
		const { account, accessToken } = credentials.parse(data ?? {});
		if (account.trim() === '') throw new RangeError('Enter the account: its address as you see it in the browser, e.g. shop.amocrm.ru');
		if (accessToken === '') throw new RangeError('Put in a long-lived token: in amoCRM, Settings → Integrations → your integration → Keys and scopes');
		const http = axiosThroughCredentialTest(this, { Authorization: `Bearer ${accessToken}` });
		await amoCrmClient(accountBaseUrl(account), http, { timeoutMs: testTimeoutMs }).accountInfo();
		return { status: 'OK', message: 'amoCRM takes the token' };
	});
}
