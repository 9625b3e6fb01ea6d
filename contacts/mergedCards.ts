import { z } from 'zod/v4';

const cardBefore = z
	.object({
		id: z.string(),
		name: z.string(),
		phones: z.array(z.string()),
		emails: z.array(z.string()),
		buyerKey: z.string().optional(),
		dealIds: z.array(z.string()),
		fields: z.record(z.string(), z.unknown()),
	})
	.passthrough();

/** A contact as the journal has kept it: with all its fields, as the CRM had sent them. */
export type CardBefore = z.infer<typeof cardBefore>;

/** Cards that were written down before a merge. Throws when somebody has changed them by hand: then nobody knows what was there. */
export const readBefore = (before: unknown): CardBefore[] => z.array(cardBefore).parse(before);
