import type { ICredentialTestFunctions, ICredentialsDecrypted, INodeCredentialTestResult } from 'n8n-workflow';
import { z } from 'zod/v4';
import { axiosThroughCredentialTest } from '../../../transport/n8n';
import { credentialTest, testTimeoutMs, type CredentialAdvice } from '../../shared/credentialTest';
import { bitrix24Client } from './connection';
import { readWebhookUrl } from './portalAddress';
import { speakBitrix24 } from './wireFormat';

const credentials = z.object({ webhookUrl: z.string().default('') });

const anew = 'Make an inbound webhook in Bitrix24 (Developer resources → Other → Inbound webhook) with the scope CRM, and copy its whole address into the credential.';
const advice: CredentialAdvice = {
	unauthorized: anew,
	forbidden: `${anew} Its owner must be allowed to see the CRM, and the plan of the portal must include REST.`,
	not_found: anew,
	rejected: anew,
	malformed: 'Copy the whole address of the inbound webhook from Bitrix24: https://shop.bitrix24.kz/rest/1/code/',
};

/** Who the webhook acts as, and whether it may see the CRM. */
export async function bitrix24Webhook(this: ICredentialTestFunctions, { data }: ICredentialsDecrypted): Promise<INodeCredentialTestResult> {
	return await credentialTest(advice, async () => {
		const portal = readWebhookUrl(credentials.parse(data ?? {}).webhookUrl);
		const http = speakBitrix24(axiosThroughCredentialTest(this), { secrets: portal.secrets });
		const client = bitrix24Client(portal, http, { timeoutMs: testTimeoutMs });
		await client.read([
			{ method: 'profile', params: {} },
			{ method: 'crm.category.list', params: { entityTypeId: 2 } },
		]);
		return { status: 'OK', message: 'The webhook works and may see the CRM' };
	});
}
