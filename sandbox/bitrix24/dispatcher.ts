import type { Caller } from './access';
import { METHODS } from './methods';
import type { Answer, Method, MethodContext } from './methods/method';
import type { OperatingTime } from './operating';
import type { Params } from './php';
import { Problem } from './problem';

/** The `time` block of every answer. Seconds since the epoch, sandbox time. */
export type TimeBlock = {
	start: number;
	finish: number;
	duration: number;
	processing: number;
	date_start: string;
	date_finish: string;
} & Partial<OperatingTime>;

interface Known {
	name: string;
	method: Method;
}
const BY_LOWER_NAME: ReadonlyMap<string, Known> = new Map(
	Object.entries(METHODS).map(([name, method]) => [name.toLowerCase(), { name, method }]),
);

/** Calls methods by name, alone or inside a batch; counts them, and names those that do not exist. */
export class Dispatcher {
	private readonly calls = new Map<string, number>();
	private readonly unknown = new Map<string, number>();

	constructor(private readonly context: () => MethodContext) {}

	/** Throws the Problem the caller is to be answered. */
	call(name: string, params: Params, who: Caller): Answer & { time: TimeBlock } {
		const { operating, settings } = this.context();
		const known = BY_LOWER_NAME.get(name.toLowerCase());
		if (!known) {
			count(this.unknown, name);
			throw new Problem(404, 'ERROR_METHOD_NOT_FOUND', 'Method not found!');
		}
		const { method } = known;
		count(this.calls, known.name);
		if (method.scope !== '' && !who.scopes.has(method.scope)) {
			throw new Problem(
				403,
				'insufficient_scope',
				'The request requires higher privileges than provided by the webhook token',
			);
		}
		if (method.appOnly && who.kind !== 'app') {
			throw new Problem(403, 'WRONG_AUTH_TYPE', 'Current authorization type is denied for this method');
		}
		const started = this.begin();
		operating.check(who.kind, known.name);
		const usual = method.cost === 'read' ? settings.readCostSeconds : settings.writeCostSeconds;
		const seconds = settings.methodCostSeconds[known.name] ?? usual;
		try {
			const answer = method.run(this.context(), { params, who });
			operating.spend(who.kind, known.name, seconds);
			return { ...answer, time: { ...started(), ...operating.time(who.kind, known.name) } };
		} catch (failure) {
			// Refused work is work too.
			operating.spend(who.kind, known.name, seconds);
			throw failure;
		}
	}

	/** The documentation's spelling of a method, if there is such a method. */
	nameOf(name: string): string | undefined {
		return name.toLowerCase() === 'batch' ? 'batch' : BY_LOWER_NAME.get(name.toLowerCase())?.name;
	}

	/** Starts a time block; what is returned finishes it. */
	begin(): () => TimeBlock {
		const { clock, store } = this.context();
		const startMs = clock.now();
		const realStart = performance.now();
		return () => {
			const finishMs = clock.now();
			return {
				start: startMs / 1000,
				finish: finishMs / 1000,
				duration: (finishMs - startMs) / 1000,
				processing: (performance.now() - realStart) / 1000,
				date_start: store.moment(startMs),
				date_finish: store.moment(finishMs),
			};
		};
	}

	counts() {
		const unknown = [...this.unknown].map(([name, times]) => ({ name, count: times }));
		return { byMethod: Object.fromEntries(this.calls), unknown };
	}

	countUnknown(name: string): void {
		count(this.unknown, name);
	}

	reset(): void {
		this.calls.clear();
		this.unknown.clear();
	}
}

function count(counter: Map<string, number>, key: string): void {
	counter.set(key, (counter.get(key) ?? 0) + 1);
}
