import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod/v4';
import { nameConflicts, severalContacts } from '../../core/contact/contactChoice';
import { commandNames } from '../../core/order/order';
import type { PhoneRegion } from '../../core/contact/phone';
import type { MarketplaceService } from './services';
import type { SyncSettings } from '../../sync/context';

/** The node's options as n8n hands them over; everything has a default that is safe for a shop. */
const optionsSchema = z.object({
	cancelReason: z.string().trim().min(1).optional(),
	ozonCancelReason: z.string().trim().min(1).optional(),
	commandGivesUpSeconds: z.number().min(15).max(3600).default(300),
	commands: z.array(z.enum(commandNames)).default(['accept', 'assemble', 'ship', 'deliver', 'cancel']),
	failedOutput: z.enum(['each', 'repeated']).default('each'),
	dealName: z.string().trim().min(1).default('{marketplace} № {number}'),
	firstLookDays: z.number().int().min(1).max(60).default(13),
	lostDeal: z.enum(['attention', 'leave', 'recreate']).default('attention'),
	nameConflict: z.enum(nameConflicts).default('create'),
	outputUnchanged: z.boolean().default(false),
	packages: z.number().int().min(1).max(50).default(1),
	phoneRegion: z.enum(['KZ', 'RU']).default('KZ'),
	refusedMove: z.enum(['put_back', 'attention']).default('put_back'),
	responsibleId: z
		.union([z.string(), z.number().transform(String)])
		.default('')
		.transform((id) => id.trim() || undefined),
	retryFirstSeconds: z.number().min(1).max(3600).default(30),
	retryMaxMinutes: z.number().min(1).max(1440).default(30),
	severalContacts: z.enum(severalContacts).default('oldest'),
	timeBudgetSeconds: z.number().min(5).max(3600).default(240),
});

/** What a node does with its own run; everything else is about the pair, and the same in every node of it. */
const runOptionNames: readonly string[] = ['failedOutput', 'outputUnchanged', 'timeBudgetSeconds'];

/** The options that are about the pair, as `pairOptions` and `differingOptions` name them. */
const pairOptionNames = Object.keys(optionsSchema.shape).filter((name) => !runOptionNames.includes(name));

const given = (raw: unknown): Readonly<Record<string, unknown>> => (typeof raw === 'object' && raw !== null ? { ...raw } : {});

/** Those options of a pair that somebody has chosen, checked. @throws ZodError */
export function pairOptions(raw: unknown): Record<string, unknown> {
	const parsed: Readonly<Record<string, unknown>> = optionsSchema.parse(raw);
	return Object.fromEntries(pairOptionNames.filter((name) => name in given(raw)).map((name) => [name, parsed[name]]));
}

/** The options of a run from the node, everything else from the pair. */
export const optionsOfPair = (ofNode: unknown, ofPair: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
	...ofPair,
	...Object.fromEntries(runOptionNames.filter((name) => name in given(ofNode)).map((name) => [name, given(ofNode)[name]])),
});

/** Names of the options that come to something else, although they may be left to their defaults on either side. */
export function differingOptions(own: unknown, ofPair: unknown): string[] {
	const [mine, theirs]: Readonly<Record<string, unknown>>[] = [optionsSchema.parse(own), optionsSchema.parse(ofPair)];
	return pairOptionNames.filter((name) => !isDeepStrictEqual(sorted(mine?.[name]), sorted(theirs?.[name])));
}

/** A list of choices has no order. */
const sorted = (value: unknown): unknown => (Array.isArray(value) ? value.map(String).sort() : value);

const prepareSchema = optionsSchema.pick({ phoneRegion: true, timeBudgetSeconds: true }).extend({ fillContactIndex: z.boolean().default(false) });

export interface PrepareOptions {
	/** All contacts of the CRM are read once, so that later no buyer has to be searched for. */
	fillContactIndex: boolean;
	region: PhoneRegion;
	/** The reading ends between two pages after this time; the sweeps go on. */
	timeBudgetMs: number;
}

export function prepareOptions(raw: unknown): PrepareOptions {
	const { fillContactIndex, phoneRegion, timeBudgetSeconds } = prepareSchema.parse(raw);
	return { fillContactIndex, region: phoneRegion, timeBudgetMs: timeBudgetSeconds * 1000 };
}

type CancelReason = MarketplaceService['cancelReason'];

export interface NodeOptions {
	sync: SyncSettings;
	firstLookDays: number;
	/** Of orders that fail, put out on Failed only those that keep failing. */
	onlyRepeatedFailures: boolean;
	/** Also put out orders that needed nothing. */
	outputUnchanged: boolean;
	/** A sweep ends between two batches after this time; the next one goes on. */
	timeBudgetMs: number;
}

/** @param reason which option holds the reason for cancellations, and its default */
export function readOptions(raw: unknown, reason: CancelReason): NodeOptions {
	const options = optionsSchema.parse(raw);
	const { commands, dealName, packages, responsibleId } = options;
	return {
		sync: {
			policies: { refusedMove: options.refusedMove, lostDeal: options.lostDeal },
			region: options.phoneRegion,
			severalContacts: options.severalContacts,
			nameConflict: options.nameConflict,
			commands,
			cancelReason: options[reason.option] ?? reason.default,
			packages,
			dealName,
			responsibleId,
			commandGivesUpMs: options.commandGivesUpSeconds * 1000,
			retryFirstMs: options.retryFirstSeconds * 1000,
			retryMaxMs: options.retryMaxMinutes * 60_000,
		},
		firstLookDays: options.firstLookDays,
		onlyRepeatedFailures: options.failedOutput === 'repeated',
		outputUnchanged: options.outputUnchanged,
		timeBudgetMs: options.timeBudgetSeconds * 1000,
	};
}
