import { z } from 'zod';

/** What `tsx sandbox/cli.ts --json` prints when everything listens. */
export const readySchema = z.object({
	control: z.string().url(),
	kaspi: z.object({ baseUrl: z.string().url(), token: z.string(), shopId: z.string() }),
	amocrm: z.object({ baseUrl: z.string().url(), longLivedToken: z.string() }),
	messenger: z.object({ baseUrl: z.string().url(), token: z.string(), chatId: z.string() }),
});
export type SandboxAddresses = z.infer<typeof readySchema>;

const orderSchema = z.object({
	code: z.string(),
	kind: z.string(),
	state: z.string(),
	status: z.string(),
	/** The tab of the seller's cabinet. */
	tab: z.string(),
	signatureRequired: z.boolean(),
	assembled: z.boolean(),
	courierTransmissionDate: z.number().nullable(),
	/** Epoch ms. */
	creationDate: z.number(),
	totalPrice: z.number(),
	buyer: z.object({
		/** Who it really is. */
		key: z.string(),
		/** Ten digits. */
		phone: z.string(),
		firstName: z.string(),
		lastName: z.string(),
		/** Whether Kaspi hides the phone of this order. */
		masked: z.boolean(),
	}),
	/** What people can do with it now. */
	actions: z.array(z.string()),
	history: z.array(z.object({ by: z.string(), what: z.string() })),
});
export type SandboxOrder = z.infer<typeof orderSchema>;

const leadSchema = z.object({
	id: z.number(),
	pipeline: z.string().nullable(),
	stage: z.string().nullable(),
	isDeleted: z.boolean(),
	updatedBy: z.number(),
	contactIds: z.array(z.number()),
	fields: z.record(z.union([z.string(), z.array(z.string())])),
	tags: z.array(z.string()),
	notes: z.array(z.object({ text: z.string() })),
});
export type SandboxLead = z.infer<typeof leadSchema>;

const contactSchema = z.object({
	id: z.number(),
	name: z.string(),
	phones: z.array(z.string()),
	leadIds: z.array(z.number()),
	createdBy: z.number(),
	isDeleted: z.boolean(),
});
export type SandboxContact = z.infer<typeof contactSchema>;

const commandNoteSchema = z.object({ code: z.string(), command: z.string(), why: z.string() });

export const stateSchema = z.object({
	calls: z.object({ kaspi: z.object({ total: z.number() }), amocrm: z.object({ total: z.number() }) }),
	kaspi: z.object({
		commands: z.object({
			accepted: z.number(),
			refused: z.number(),
			forbidden: z.array(commandNoteSchema),
			late: z.array(commandNoteSchema),
		}),
		orders: z.array(orderSchema),
	}),
	amocrm: z.object({
		settings: z.object({ apiAuthorId: z.number() }),
		users: z.array(z.object({ id: z.number(), name: z.string() })),
		leads: z.array(leadSchema),
		contacts: z.array(contactSchema),
		tasks: z.array(
			z.object({
				id: z.number(),
				text: z.string(),
				entityType: z.string().nullable(),
				entityId: z.number().nullable(),
				createdBy: z.number(),
				/** Unix seconds. */
				createdAt: z.number(),
				isCompleted: z.boolean(),
			}),
		),
	}),
	messenger: z.object({ messages: z.array(z.object({ id: z.number(), text: z.string() })) }),
});
/** Everything that is true on both sides, as the sandbox itself knows it. */
export type SandboxState = z.infer<typeof stateSchema>;

/** The order number on a deal's card. */
export function orderNumberOf(lead: SandboxLead, field: string): string | undefined {
	const value = lead.fields[field];
	return typeof value === 'string' && value !== '' ? value : undefined;
}
