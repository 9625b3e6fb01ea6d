import { z } from 'zod/v4';
import type { MemoryPart } from '../../shared/triggerMemory';
import { firstSweep, sweepStateSchema } from '../api/eventHistory';

const optionalText = z.string().optional().catch(undefined);

const hookSchema = z.object({
	/** Of the address: what tells calls of amoCRM from others. */
	secret: optionalText,
	/** The address that was registered last, secret and all. */
	destination: optionalText,
	/** Of the account that the hook was made in. */
	accountId: z.number().optional().catch(undefined),
	/** n8n's address of the trigger, which the polls have yet to register: amoCRM was out of reach at the activation. */
	due: optionalText,
	/** The address was taken back in due form, so no other one can be this trigger's. */
	isTakenBack: z.boolean().optional().catch(undefined),
});
export type Hook = z.infer<typeof hookSchema>;

/** What is known of the webhook. */
export const hookMemory: MemoryPart<Hook> = { name: 'hook', schema: hookSchema, earlierKeys: ['secret', 'destination', 'accountId'] };

const sweepSchema = z.object({ sweep: sweepStateSchema.optional().catch(undefined) });

/** How far the polls have looked. */
export const sweepMemory: MemoryPart<z.infer<typeof sweepSchema>> = { name: 'poll', schema: sweepSchema, earlierKeys: ['sweep'] };

export const postponedSweep = (now: number): z.infer<typeof sweepSchema> => ({ sweep: firstSweep(now) });
