import type { Caller } from '../access';
import type { BitrixContext } from '../context';
import type { Params } from '../php';

export interface Call {
	params: Params;
	who: Caller;
}

/** What a method answers: `result`, and for lists how many there are and where the next page starts. */
export interface Answer {
	result: unknown;
	total?: number;
	next?: number;
}

export interface Method {
	/** The permission it needs; empty: none. */
	scope: '' | 'crm' | 'task' | 'user';
	/** What it costs of the operating time. */
	cost: 'read' | 'write';
	/** Only an application may call it, a webhook may not. */
	appOnly?: boolean;
	run(context: BitrixContext, call: Call): Answer;
}

/** Methods by their name, as the documentation spells it. */
export type Methods = Record<string, Method>;

export function reading(run: Method['run'], scope: Method['scope'] = 'crm'): Method {
	return { scope, cost: 'read', run };
}

export function writing(run: Method['run'], scope: Method['scope'] = 'crm'): Method {
	return { scope, cost: 'write', run };
}
