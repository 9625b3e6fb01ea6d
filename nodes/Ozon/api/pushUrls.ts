import { pushUrls, type PushUrl } from './accountSchema';
import type { OzonClient } from './client';

const urlsPerPage = 100;

/** Every push address of the shop, whoever registered it (ozon.md §11). */
export async function allPushUrls(client: OzonClient): Promise<PushUrl[]> {
	const urls: PushUrl[] = [];
	for (;;) {
		const body = { limit: urlsPerPage, offset: urls.length };
		const page = await client.read('/v1/notification/list', body, pushUrls, 'the push addresses');
		urls.push(...page.urls);
		if (page.urls.length < urlsPerPage) return urls;
	}
}
