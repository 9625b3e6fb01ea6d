import type { AxiosInstance } from 'axios';
import { NodeOperationError, sleep, type IAllExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';
import { axiosThroughN8n } from '../../../transport/n8n';
import { paceFor } from '../../../transport/pace';
import { ServiceClient, type CallRecord, type ServiceOptions } from '../../../transport/service';
import { accountBaseUrl, accountName } from './accountAddress';
import { AmoCrmClient } from './client';
import { isHiccup, refusalText } from './refusals';

export const userAgent = 'n8n-nodes-marketplace-crm';

/** amoCRM allows 7 a second per integration and account (amocrm.md §2). */
const callsPerSecond = 7;

export const credentialTypes = { accessToken: 'amoCrmApi', oAuth2: 'amoCrmOAuth2Api' } as const;
export type AmoCrmCredential = (typeof credentialTypes)[keyof typeof credentialTypes];

/** What is particular to amoCRM about calling it; `http`, `pace` and `baseUrl` are the caller's. */
export const amoCrmService: Pick<ServiceOptions, 'api' | 'headers' | 'readFailure' | 'isTransient' | 'isBlock'> = {
	api: 'amoCRM',
	headers: { 'User-Agent': userAgent, Accept: 'application/hal+json' },
	readFailure: refusalText,
	isTransient: isHiccup,
	// Rights are refused in JSON; the page in HTML means that the account is shut out for abuse (amocrm.md §2).
	isBlock: (status, body) => status === 403 && typeof body === 'string' && /<html/i.test(body),
};

export interface ConnectOptions {
	/** Default: chosen by the node's parameter `authentication`. */
	credential?: AmoCrmCredential;
	record?: (call: CallRecord) => void;
}

/** A client of the account that the node's credential names, sending through n8n. */
export async function connectAmoCrm(context: IAllExecuteFunctions, options: ConnectOptions = {}): Promise<AmoCrmClient> {
	const node = context.getNode();
	const type = options.credential ?? (node.parameters.authentication === 'oAuth2' ? credentialTypes.oAuth2 : credentialTypes.accessToken);
	const credentials = await context.getCredentials(type);
	const baseUrl = readAccount(credentials.account, (message) => {
		throw new NodeOperationError(node, message, { description: 'Correct the account in the amoCRM credential' });
	});
	return amoCrmClient(baseUrl, axiosThroughN8n(context, type), { record: options.record });
}

/** A client whose calls go out through `http`, which adds the credential. */
export function amoCrmClient(baseUrl: string, http: AxiosInstance, options: Pick<ServiceOptions, 'record' | 'timeoutMs'>): AmoCrmClient {
	const account = accountName(baseUrl);
	const service = new ServiceClient({ ...amoCrmService, baseUrl, http, pace: paceFor(`amoCRM ${account}`, callsPerSecond), sleep, ...options });
	return new AmoCrmClient(service, account);
}

function readAccount(account: unknown, refuse: (message: string) => never): string {
	try {
		return accountBaseUrl(z.string().parse(account));
	} catch (error) {
		return refuse(error instanceof RangeError ? error.message : 'The amoCRM credential names no account');
	}
}
