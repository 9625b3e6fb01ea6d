import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';

const text = z.union([z.string(), z.number()]).transform((value) => String(value).trim());
export const required = (what: string) => text.refine((value) => value !== '', `${what} is empty`);

/** A node parameter, checked. */
export const read = <T>(node: IExecuteFunctions, name: string, item: number, schema: z.ZodType<T>): T =>
	schema.parse(node.getNodeParameter(name, item));
