import type { AxiosInstance } from 'axios';
import { NodeOperationError, sleep, type IAllExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';
import { NoCredential } from '../../../transport/credential';
import { axiosThroughN8n } from '../../../transport/n8n';
import { paceFor } from '../../../transport/pace';
import { ServiceClient, type CallRecord, type ServiceOptions } from '../../../transport/service';
import { Bitrix24Client } from './client';
import { budgetFor } from './operatingTime';
import { portalName, readPortalUrl, readWebhookUrl, withEndpoint, type Portal } from './portalAddress';
import { isBlocked, refusalWords } from './refusals';
import { speakBitrix24 } from './wireFormat';

/** `integration/version`, as Bitrix24 asks for (bitrix24.md §1). */
export const userAgent = 'n8n-nodes-marketplace-crm/0.1';

/** The leaky bucket of a portal and source address: 2 a second drain, 50 fit in (bitrix24.md §2). */
const callsPerSecond = 2;
const bucket = 50;
/** The cloud ends a call after 60 s (bitrix24.md §2): who gives up earlier does not know what became of it. */
const timeoutMs = 65_000;

export const credentialTypes = { webhook: 'bitrix24WebhookApi', application: 'bitrix24OAuth2Api' } as const;
export type Bitrix24Credential = (typeof credentialTypes)[keyof typeof credentialTypes];

/** What is particular to Bitrix24 about calling it; `http`, `pace` and `baseUrl` are the caller's. */
export const bitrix24Service: Pick<ServiceOptions, 'api' | 'headers' | 'readFailure' | 'isBlock' | 'timeoutMs'> = {
	api: 'Bitrix24',
	headers: { 'User-Agent': userAgent, Accept: 'application/json' },
	readFailure: refusalWords,
	isBlock: isBlocked,
	timeoutMs,
};

export interface ConnectOptions {
	/** Default: chosen by the node's parameter `authentication`. */
	credential?: Bitrix24Credential;
	record?: (call: CallRecord) => void;
}

const tokenDataSchema = z.object({
	access_token: z.string().min(1),
	client_endpoint: z.string().nullish(),
	member_id: z.string().nullish(),
});
type TokenData = z.infer<typeof tokenDataSchema>;

/** Which of the two credentials the node uses. */
export const credentialOf = (context: IAllExecuteFunctions): Bitrix24Credential =>
	context.getNode().parameters.authentication === 'oAuth2' ? credentialTypes.application : credentialTypes.webhook;

/** A client of the portal that the node's credential names, sending through n8n. */
export async function connectBitrix24(context: IAllExecuteFunctions, options: ConnectOptions = {}): Promise<Bitrix24Client> {
	const type = options.credential ?? credentialOf(context);
	const portal = await openPortal(context, type);
	const token = async (): Promise<string> => (await tokenData(context, type)).access_token;
	const access = type === credentialTypes.application ? { secrets: portal.secrets, token } : { secrets: portal.secrets };
	return bitrix24Client(portal, speakBitrix24(axiosThroughN8n(context, type), access), { record: options.record });
}

/** A client whose calls go out through `http`, which speaks Bitrix24's dialect. */
export function bitrix24Client(portal: Portal, http: AxiosInstance, options: Pick<ServiceOptions, 'record' | 'timeoutMs'>): Bitrix24Client {
	const account = portalName(portal);
	const service = new ServiceClient({
		...bitrix24Service,
		baseUrl: portal.restUrl,
		http,
		pace: paceFor(`Bitrix24 ${account}`, callsPerSecond, bucket),
		sleep,
		...options,
	});
	return new Bitrix24Client(service, account, { budget: budgetFor(account), sleep });
}

/** The portal's address as the credential tells it; nothing of what was typed gets into the message. */
export async function openPortal(context: IAllExecuteFunctions, type: Bitrix24Credential): Promise<Portal> {
	const credentials = await context.getCredentials(type);
	try {
		if (type === credentialTypes.webhook) return readWebhookUrl(z.string().parse(credentials.webhookUrl));
		const portal = readPortalUrl(z.string().parse(credentials.portal));
		return withEndpoint(portal, tokenDataSchema.safeParse(credentials.oauthTokenData).data?.client_endpoint);
	} catch (error) {
		const why = error instanceof RangeError ? error.message : 'The address is empty';
		throw new NodeOperationError(context.getNode(), `The Bitrix24 credential cannot be used. ${why}`, {
			description:
				type === credentialTypes.webhook
					? 'Copy the whole address of the inbound webhook from Bitrix24: https://shop.bitrix24.kz/rest/1/code/'
					: 'Enter the address of the portal as you see it in the browser, e.g. shop.bitrix24.kz',
		});
	}
}

async function tokenData(context: IAllExecuteFunctions, type: Bitrix24Credential): Promise<TokenData> {
	const { oauthTokenData } = await context.getCredentials(type);
	const data = tokenDataSchema.safeParse(oauthTokenData).data;
	if (data === undefined) throw new NoCredential('the credential is not connected to Bitrix24 yet');
	return data;
}

/** Who the portal is, as the token server has told; a webhook's credential does not know. */
export async function memberId(context: IAllExecuteFunctions, type: Bitrix24Credential): Promise<string | undefined> {
	const { oauthTokenData } = await context.getCredentials(type);
	return tokenDataSchema.safeParse(oauthTokenData).data?.member_id ?? undefined;
}
