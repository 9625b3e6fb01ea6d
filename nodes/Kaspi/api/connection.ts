import { createHash } from 'node:crypto';
import axios, { type AxiosInstance } from 'axios';
import type { IAllExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';
import { kaspiUserAgent } from '../../../credentials/KaspiApi.credentials';
import { ServiceFailure } from '../../../transport/errors';
import { axiosThroughN8n } from '../../../transport/n8n';
import { paceFor } from '../../../transport/pace';
import { ServiceClient, type ServiceOptions } from '../../../transport/service';
import { KaspiClient } from './client';
import { readKaspiFailure } from './schema';

/** What the credential `kaspiApi` holds. */
export const kaspiCredentials = z.object({
	token: z.string().trim().min(1, 'The Kaspi credential has no token'),
	shopId: z
		.union([z.string(), z.number().transform(String)])
		.nullish()
		.transform((value) => value?.trim() || undefined),
	baseUrl: z.string().trim().url().default('https://kaspi.kz/shop/api/v2'),
});
export type KaspiCredentials = z.infer<typeof kaspiCredentials>;

/** No limit is documented; observers recommend 2 to 5 calls per second (kaspi.md §6). */
const callsPerSecond = 3;

const jsonApi = 'application/vnd.api+json';

/**
 * How a shop may be called in `Order.key`, the best name first: its id, and a stable name made of the token, which never changes (§1).
 * The id may be filled in later.
 */
export function shopNames({ shopId, token }: KaspiCredentials): readonly [string, ...string[]] {
	const ofToken = `token-${createHash('sha256').update(token).digest('hex').slice(0, 8)}`;
	return shopId === undefined ? [ofToken] : [shopId, ofToken];
}

export const shopOf = (credentials: KaspiCredentials): string => shopNames(credentials)[0];

/** The parts of `ServiceOptions` that a caller may want to have its own way: the journal's log, a test's clock. */
export type ConnectionOptions = Partial<Pick<ServiceOptions, 'record' | 'sleep' | 'now' | 'random' | 'timeoutMs' | 'pace'>>;

/** A client whose calls go out through `http`, which adds the credential. */
export function kaspiClient(credentials: KaspiCredentials, http: AxiosInstance, options: ConnectionOptions = {}): KaspiClient {
	const base = new URL(credentials.baseUrl);
	const service = new ServiceClient({
		api: 'Kaspi',
		// Two of Kaspi's calls and the waybills live beside `/v2` (kaspi.md §1), so paths start at the host.
		baseUrl: base.origin,
		http,
		pace: paceFor(`Kaspi:${base.host}:${shopOf(credentials)}`, callsPerSecond),
		headers: { Accept: jsonApi, 'Content-Type': jsonApi, 'User-Agent': kaspiUserAgent },
		readFailure: readKaspiFailure,
		...options,
	});
	return new KaspiClient(service, base);
}

export const kaspiHeaders = ({ token, shopId }: KaspiCredentials): Record<string, string> => ({
	'X-Auth-Token': token,
	...(shopId === undefined ? {} : { 'X-Merchant-Uid': shopId }),
});

/** Outside n8n (bench, tests): adds the credential itself. */
export const kaspiHttp = (credentials: KaspiCredentials): AxiosInstance => axios.create({ headers: kaspiHeaders(credentials) });

export interface KaspiConnection {
	client: KaspiClient;
	shop: string;
	/** All names of the shop that the credential tells, the best first. */
	names: readonly [string, ...string[]];
}

/** The shop of the node's credential, called through n8n. */
export async function connectKaspi(context: IAllExecuteFunctions, options: ConnectionOptions = {}): Promise<KaspiConnection> {
	const parsed = kaspiCredentials.safeParse(await context.getCredentials('kaspiApi'));
	if (!parsed.success) {
		throw new ServiceFailure({
			api: 'Kaspi',
			kind: 'unauthorized',
			message: `The Kaspi credential is not complete: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
			advice: 'Open the credential and fill in what is missing.',
		});
	}
	const credentials = parsed.data;
	return { client: kaspiClient(credentials, axiosThroughN8n(context, 'kaspiApi'), options), shop: shopOf(credentials), names: shopNames(credentials) };
}
