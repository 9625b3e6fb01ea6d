import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { IConnections, INodeParameters } from 'n8n-workflow';
import { z } from 'zod/v4';
import type { NodeSpec } from '../engine/engine';

const connection = z.object({ node: z.string(), type: z.literal('main'), index: z.number() });
const parameters: z.ZodType<INodeParameters> = z.custom<INodeParameters>((value) => typeof value === 'object' && value !== null);

const node = z
	.object({
		id: z.string(),
		name: z.string(),
		type: z.string(),
		typeVersion: z.number(),
		position: z.tuple([z.number(), z.number()]),
		parameters,
		onError: z.literal('continueErrorOutput').optional(),
		retryOnFail: z.boolean().optional(),
		maxTries: z.number().optional(),
		waitBetweenTries: z.number().optional(),
	})
	.strict();

/** A shipped template. Strict: whatever belongs to one n8n instance (credential ids, webhook ids, versions) has no place in it. */
const template = z
	.object({
		name: z.string(),
		description: z.string().min(20),
		nodes: z.array(node),
		connections: z.record(z.string(), z.object({ main: z.array(z.array(connection)) })),
		settings: z.object({ executionOrder: z.literal('v1'), timezone: z.string() }).strict(),
		active: z.literal(false),
		pinData: z.object({}).strict(),
		tags: z.array(z.never()),
	})
	.strict();

export type Template = z.infer<typeof template>;

const folder = join(__dirname, '..', '..', 'workflows');

export const templateNames = readdirSync(folder)
	.filter((file) => file.endsWith('.json'))
	.map((file) => file.replace(/\.json$/, ''));

export const readTemplate = (name: string): Template => template.parse(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')));

/** One that was made out for another pair, by the same rules. */
export const asTemplate = (value: unknown): Template => template.parse(value);

export const isNote = ({ type }: { type: string }): boolean => type === 'n8n-nodes-base.stickyNote';

export const connectionsOf = ({ connections }: Template): IConnections => connections;

/** What the engine runs of a template: everything but the notes, where it stands. */
export const stepsOf = ({ nodes }: Template): (NodeSpec & { name: string })[] =>
	nodes
		.filter((node) => !isNote(node))
		.map(({ name, type, typeVersion, parameters, onError, position }) => ({ name, type, typeVersion, parameters, onError, position }));
