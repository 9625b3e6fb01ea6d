import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';
import { readNumberText } from '../../core/input/readNumberText';
import { readParameter } from '../shared/readParameter';

const text = z.union([z.string(), z.number()]).transform(readNumberText);
export const required = (what: string) => text.refine((value) => value !== '', `${what} is empty`);

/** A node parameter, checked. @throws NotDone when it cannot be used */
export const read = <T>(node: IExecuteFunctions, name: string, item: number, schema: z.ZodType<T>): T => readParameter(node, item, name, schema);
