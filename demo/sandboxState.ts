import { z } from 'zod/v4';

/** What `tsx sandbox/cli.ts --json` prints when everything listens. */
export const readySchema = z.object({
	control: z.string().url(),
	kaspi: z.object({ baseUrl: z.string().url(), token: z.string(), shopId: z.string() }),
	ozon: z.object({ baseUrl: z.string().url(), clientId: z.string(), apiKey: z.string() }),
	amocrm: z.object({ baseUrl: z.string().url(), longLivedToken: z.string() }),
	bitrix24: z.object({ baseUrl: z.string().url(), webhookUrl: z.string().url() }),
	messenger: z.object({ baseUrl: z.string().url(), token: z.string(), chatId: z.string() }),
});
export type SandboxAddresses = z.infer<typeof readySchema>;

/** The sandbox's own state; each side reads its part itself. */
export const stateSchema = z
	.object({
		calls: z.record(z.string(), z.object({ total: z.number() })),
		messenger: z.object({
			messages: z.array(z.object({ id: z.number(), text: z.string(), document: z.object({ fileName: z.string() }).optional() })),
		}),
	})
	.catchall(z.unknown());
export type SandboxState = z.infer<typeof stateSchema>;
