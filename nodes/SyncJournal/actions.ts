import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';
import { proofKinds, type ContactIndexState, type Journal, type Work } from '../../journal/journal';
import { optionalText } from '../shared/parameterValues';
import { changedBy, settingsItem, settingsSchema } from '../OrderSync/pairSettings';
import { read, required } from './parameters';
import { changeJson, episodeJson, iso, timeline } from './timeline';

export type Operation = (journal: Journal, node: IExecuteFunctions, item: number) => Promise<IDataObject[]>;

const attachProof: Operation = async (journal, node, item) => {
	const proof = {
		number: read(node, 'orderNumber', item, required('The order number')),
		kind: read(node, 'kind', item, z.enum(proofKinds)),
		what: read(node, 'what', item, required('The link, file name or number')),
		by: read(node, 'by', item, required('"Attached By"')),
		at: Date.now(),
	};
	await journal.proofs.attach([proof]);
	const all = await journal.proofs.of([proof.number]);
	return [{ orderNumber: proof.number, proofs: all.map(({ kind, what, by, at }) => ({ kind, what, by, at: iso(at) })) }];
};

const getContactIndex: Operation = async (journal) => (await journal.contactIndex.states()).map(indexOf);

const indexOf = ({ account, phase, read, startedAt, finishedAt, lookedAt, failure }: ContactIndexState): IDataObject => ({
	account,
	phase,
	contactsRead: read,
	startedAt: iso(startedAt),
	finishedAt: finishedAt === undefined ? null : iso(finishedAt),
	upToDateAt: lookedAt === undefined ? null : iso(lookedAt),
	...(failure === undefined ? {} : { failure }),
});

const getHistory: Operation = async (journal, node, item) => {
	const number = read(node, 'orderNumber', item, required('The order number'));
	const links = await journal.links.everywhere(number);
	const proofs = (await journal.proofs.of([number])).map(({ kind, what, by, at }) => ({ kind, what, by, at: iso(at) }));
	return Promise.all(
		links.map(async ({ pair, order, dealId, contactId, stage, rawStatus, closed }): Promise<IDataObject> => {
			const changes = await journal.log.history(pair, order);
			const episodes = await journal.log.attention(pair, order);
			return {
				orderNumber: number,
				pair,
				dealId: dealId ?? null,
				contactId: contactId ?? null,
				stage,
				rawStatus,
				closed,
				timeline: timeline(changes, episodes),
				history: changes.map(changeJson),
				attention: episodes.map(episodeJson),
				proofs,
			};
		}),
	);
};

const getLog: Operation = async (journal, node, item) => {
	const calls = await journal.log.recentCalls(read(node, 'limit', item, z.number().int().positive()), read(node, 'ofOrder', item, optionalText));
	return calls.map(({ at, orders, ...call }) => ({ at: iso(at), ...call, orders: [...(orders ?? [])] }));
};

const getProblems: Operation = async (journal, node, item) => {
	const works = await journal.work.problems(undefined, read(node, 'limit', item, z.number().int().positive()));
	return works.map(problemOf);
};

const getMerges: Operation = async (journal, node, item) => {
	const merges = await journal.merges.recent(read(node, 'limit', item, z.number().int().positive()));
	return merges.map(({ account, keepId, otherIds, state, approvedBy, reason, before, begunAt, endedAt }) => ({
		account,
		code: [keepId, ...otherIds].join('+'),
		keepId,
		otherIds,
		state: mergeStates[state],
		reason: reason ?? '',
		approvedBy: approvedBy ?? '',
		begunAt: iso(begunAt),
		endedAt: endedAt === undefined ? null : iso(endedAt),
		contactsBefore: z.array(z.record(z.string(), z.unknown())).parse(before).map((card): IDataObject => ({ ...card, fields: asJson(card.fields) })),
	}));
};

/** A card as the CRM had sent it, which is JSON. */
const asJson = (fields: unknown): IDataObject => (typeof fields === 'object' && fields !== null ? { ...fields } : {});

const mergeStates = { begun: 'broken off, the next run finishes it', done: 'merged', refused: 'nothing was changed' } as const;

const problemOf = ({ pair, order, number, state, attempts, lastReason, failingSince, dueAt }: Work): IDataObject => ({
	pair,
	marketplace: order.marketplace,
	orderId: order.id,
	orderNumber: number,
	state: state === 'attention' ? 'needs attention' : 'is retried',
	reason: lastReason ?? '',
	attempts,
	since: failingSince === undefined ? null : iso(failingSince),
	nextLookAt: state === 'attention' ? null : iso(dueAt),
});

const getPairSettings: Operation = async (journal) => (await journal.pairSettings.all()).map(settingsItem);

const savePairSettings: Operation = async (journal, node, item) => {
	const settings = read(node, 'pairSettings', item, settingsSchema);
	const saved = await journal.pairSettings.save({ ...settings, changedAt: Date.now(), changedBy: changedBy(node) });
	return [{ ...settingsItem(saved.settings), changed: saved.changed }];
};

/** Those that delete nothing. */
export const operations: Readonly<Record<string, Operation>> = {
	attachProof,
	getContactIndex,
	getHistory,
	getLog,
	getMerges,
	getPairSettings,
	getProblems,
	savePairSettings,
};
