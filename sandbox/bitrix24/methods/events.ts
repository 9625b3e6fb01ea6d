import { isKnownEvent } from '../events/handlers';
import { param, text, whole } from '../php';
import { missing, Problem } from '../problem';
import { reading, writing, type Method, type Methods } from './method';

const forApps = (method: Method): Method => ({ ...method, appOnly: true });

/** Handlers of the application; a webhook may not have any (bitrix24.md §1, §7). */
export const eventMethods: Methods = {
	'event.bind': forApps(
		writing(({ handlers, access }, { params }) => {
			const { event, url } = asked(params);
			if (text(params.event_type) === 'offline') {
				throw new Problem(403, 'ACCESS_DENIED', 'Offline events are not available on this plan');
			}
			const authType = whole(params.auth_type) || 0;
			if (handlers.all().some((known) => known.kind === 'app' && known.url === url && known.events.includes(event))) {
				throw new Problem(400, 'ERROR_EVENT_BIND', 'Handler already binded');
			}
			handlers.add({ kind: 'app', url, events: [event], applicationToken: access.applicationToken, authType });
			return { result: true };
		}, ''),
	),
	'event.get': forApps(
		reading(({ handlers }) => {
			const bound = handlers.all().filter(({ kind }) => kind === 'app');
			return {
				result: bound.map(({ events, url, authType }) => ({
					event: events[0],
					handler: url,
					auth_type: String(authType),
					offline: 0,
				})),
			};
		}, ''),
	),
	'event.unbind': forApps(
		writing(({ handlers }, { params }) => {
			const { event, url } = asked(params);
			const count = handlers.remove(
				(known) => known.kind === 'app' && known.url === url && known.events.includes(event),
			);
			return { result: { count } };
		}, ''),
	),
};

function asked(params: Record<string, unknown>): { event: string; url: string } {
	const event = text(param(params, 'event', 'EVENT')).toUpperCase();
	const url = text(param(params, 'handler', 'HANDLER'));
	if (event === '') throw missing('event');
	if (!isKnownEvent(event, 'app')) throw new Problem(400, 'ERROR_EVENT_NOT_FOUND', 'Event not found');
	if (!URL.canParse(url)) throw new Problem(400, 'ERROR_ARGUMENT', 'Wrong handler URL');
	return { event, url };
}
