import { z } from 'zod/v4';
import type { MemoryPart } from '../../shared/triggerMemory';
import { historyCursorSchema } from '../api/stageHistory';

const optionalText = z.string().optional().catch(undefined);

const hookSchema = z.object({
	/** Of the address: what tells calls of Bitrix24 from others. */
	secret: optionalText,
	/** The application token that the first call to the secret address has brought. */
	token: optionalText,
	memberId: optionalText,
	/** The address that was bound last, secret and all. */
	handler: optionalText,
	/** n8n's address of the trigger, which the polls have yet to bind: the portal was out of reach at the activation. */
	due: optionalText,
	/** The address was taken back in due form, so no other one can be this trigger's. */
	isTakenBack: z.boolean().optional().catch(undefined),
});
export type Hook = z.infer<typeof hookSchema>;

/** What is known of the bound events, and of who calls. */
export const hookMemory: MemoryPart<Hook> = { name: 'hook', schema: hookSchema, earlierKeys: ['secret', 'token', 'memberId'] };

const pollSchema = z.object({
	history: historyCursorSchema.optional().catch(undefined),
	/** Epoch ms from when on everything is news, although the first look had to wait until later. */
	since: z.number().optional().catch(undefined),
});
export type Polled = z.infer<typeof pollSchema>;

/** How far the polls have looked. */
export const pollMemory: MemoryPart<Polled> = { name: 'poll', schema: pollSchema, earlierKeys: ['history'] };
