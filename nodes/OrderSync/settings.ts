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
		outputUnchanged: options.outputUnchanged,
		timeBudgetMs: options.timeBudgetSeconds * 1000,
	};
}
