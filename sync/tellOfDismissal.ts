import { z } from 'zod/v4';
import { unknownSettlesMs, type SyncContext } from './context';

const dueMs = 24 * 60 * 60_000;
const claimMs = 60_000;

/**
 * The responsible person of Order Sync's settings is gone from the CRM: one task, on the first deal that it concerns, tells somebody to choose
 * another one. Told once, however many orders come, and again only after the person was there in between. The task is written down before it
 * is sent and looked for on its deal before another one is: a lost answer or a killed process makes no second one.
 * @param dealIds deals that were saved without the person
 */
export async function tellOfDismissal(context: SyncContext, dealIds: readonly string[]): Promise<void> {
	const { journal, now, owner, pair, settings } = context;
	const [dealId] = dealIds;
	const { responsibleId } = settings;
	if (dealId === undefined || responsibleId === undefined) return;
	const name = nameOf(responsibleId);
	if (isTold(await journal.cursors.get(pair, name)) || !(await journal.cursors.lock(pair, name, owner, claimMs, now()))) return;
	try {
		// Another execution may have told while this one waited for nothing: the lock is its end.
		const before = await journal.cursors.get(pair, name);
		if (isTold(before)) return;
		const sent = sentOf(before);
		const was = sent === undefined ? 'missing' : await becameOf(context, sent, responsibleId);
		if (was === 'there') await journal.cursors.set(pair, name, String(now()));
		if (was === 'missing') await tell(context, dealId, responsibleId);
	} finally {
		await journal.cursors.unlock(pair, name, owner);
	}
}

async function tell({ crm, journal, now, pair }: SyncContext, dealId: string, responsibleId: string): Promise<void> {
	const name = nameOf(responsibleId);
	await journal.cursors.set(pair, name, JSON.stringify({ dealId, at: now() } satisfies Sent));
	const [outcome] = await crm.addTasks([{ dealId, text: textOf(responsibleId, crm.name), dueAt: now() + dueMs }]);
	if (outcome?.outcome === 'ok') await journal.cursors.set(pair, name, String(now()));
	// Nothing was made: the next deal tells.
	else if (outcome?.outcome === 'rejected') await journal.cursors.set(pair, name, '');
}

/** A task that nobody has had word of: on its deal, not there, or not to be known yet. The next deal asks again. */
async function becameOf({ crm, now }: SyncContext, { dealId, at }: Sent, responsibleId: string): Promise<'there' | 'missing' | 'unknown'> {
	const [tasks] = await crm.openTasks([dealId]);
	if (tasks?.outcome === 'ok' && tasks.value.some((text) => text.startsWith(titleOf(responsibleId)))) return 'there';
	return tasks?.outcome === 'ok' && at + unknownSettlesMs <= now() ? 'missing' : 'unknown';
}

/** A task on its way. `at`: epoch ms. */
const sentSchema = z.object({ dealId: z.string(), at: z.number() });
type Sent = z.infer<typeof sentSchema>;

const sentOf = (value: string | undefined): Sent | undefined => (value?.startsWith('{') === true ? sentSchema.parse(JSON.parse(value)) : undefined);

/** Told at a time; empty when that is over. */
const isTold = (value: string | undefined): boolean => value !== undefined && value !== '' && !value.startsWith('{');

/** The CRM takes the person: should that end, it is news again. */
export async function noteAssigned({ journal, pair, settings: { responsibleId } }: SyncContext): Promise<void> {
	if (responsibleId !== undefined && (await journal.cursors.get(pair, nameOf(responsibleId)))) await journal.cursors.set(pair, nameOf(responsibleId), '');
}

const nameOf = (responsibleId: string): string => `dismissed ${responsibleId}`;

/** How the task begins. */
const titleOf = (responsibleId: string): string => `Ответственный из настроек Order Sync (пользователь ${responsibleId}) `;

const textOf = (responsibleId: string, crm: string): string =>
	`${titleOf(responsibleId)}уволен или удалён в ${crm}: новые сделки и контакты создаются без него. ` +
	'Выберите другого в узле Order Sync (Options → Responsible User ID) и назначьте ответственных в сделках, созданных за это время.';
