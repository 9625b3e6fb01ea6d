import axios, { type AxiosInstance } from 'axios';
import type { IAllExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';
import { ServiceFailure } from '../../../transport/errors';
import { axiosThroughN8n } from '../../../transport/n8n';
import { paceFor } from '../../../transport/pace';
import { ServiceClient, type ServiceOptions } from '../../../transport/service';
import { OzonClient } from './client';
import { isBreaker, readOzonFailure } from './schema';

/** What the credential `ozonSellerApi` holds. */
export const ozonCredentials = z.object({
	clientId: z
		.union([z.string(), z.number().transform(String)])
		.transform((value) => value.trim())
		.pipe(z.string().min(1, 'The Ozon credential has no Client ID')),
	apiKey: z.string().trim().min(1, 'The Ozon credential has no API key'),
	baseUrl: z.string().trim().url().default('https://api-seller.ozon.ru'),
});
export type OzonCredentials = z.infer<typeof ozonCredentials>;

/** 50 a second per Client-Id (ozon.md §12); a little is left to whoever else uses the shop. */
const callsPerSecond = 45;

/** The parts of `ServiceOptions` that a caller may want to have its own way: the journal's log, a test's clock. */
export type ConnectionOptions = Partial<Pick<ServiceOptions, 'record' | 'sleep' | 'now' | 'random' | 'timeoutMs' | 'pace'>>;

/** A client whose calls go out through `http`, which adds the credential. */
export function ozonClient(credentials: OzonCredentials, http: AxiosInstance, options: ConnectionOptions = {}): OzonClient {
	const base = new URL(credentials.baseUrl);
	const service = new ServiceClient({
		api: 'Ozon',
		baseUrl: credentials.baseUrl,
		http,
		pace: paceFor(`Ozon:${base.host}:${credentials.clientId}`, callsPerSecond),
		headers: { Accept: 'application/json' },
		readFailure: readOzonFailure,
		isTransient: isBreaker,
		...options,
	});
	return new OzonClient(service, base);
}

export const ozonHeaders = ({ clientId, apiKey }: OzonCredentials): Record<string, string> => ({ 'Client-Id': clientId, 'Api-Key': apiKey });

/** Outside n8n (bench, tests): adds the credential itself. */
export const ozonHttp = (credentials: OzonCredentials): AxiosInstance => axios.create({ headers: ozonHeaders(credentials) });

export interface OzonConnection {
	client: OzonClient;
	/** The shop's name in `Order.key`: its Client-Id. */
	shop: string;
}

/** The shop of the node's credential, called through n8n. */
export async function connectOzon(context: IAllExecuteFunctions, options: ConnectionOptions = {}): Promise<OzonConnection> {
	const credentials = await credentialsOf(context);
	return { client: ozonClient(credentials, axiosThroughN8n(context, 'ozonSellerApi'), options), shop: credentials.clientId };
}

/** @throws ServiceFailure when something is missing */
export async function credentialsOf(context: Pick<IAllExecuteFunctions, 'getCredentials'>): Promise<OzonCredentials> {
	const parsed = ozonCredentials.safeParse(await context.getCredentials('ozonSellerApi'));
	if (parsed.success) return parsed.data;
	throw new ServiceFailure({
		api: 'Ozon',
		kind: 'unauthorized',
		message: `The Ozon credential is not complete: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
		advice: 'Open the credential and fill in what is missing.',
	});
}
