import { z } from 'zod/v4';

import { PAIRS, type Pair } from './pairs';
import { TRIGGERS, type WatchedTrigger } from './triggers/watched';

/** What is shown, and what is checked, when nobody asks for anything else. */
const SHOWN_PAIR = 'kaspi-amocrm';
const ALL = 'all';

export interface DemoOptions {
	/** Headless, with the scripted world, ends with a verdict. */
	check: boolean;
	/** Orders in the scripted world. */
	orders: number;
	seed: number;
	/** Which to play, one after the other. */
	pairs: readonly Pair[];
	/** With `check`: which triggers have to live through restarts of n8n, all at once. */
	triggers: readonly WatchedTrigger[];
	/** First port of the sandbox; n8n's own follow fifty later. Undefined: the usual ones. */
	portBase: number | undefined;
	/** With `check`: leave everything running after the verdict, until Ctrl-C. */
	keep: boolean;
	verbose: boolean;
	help: boolean;
}

export const USAGE = `Usage: npm run demo [-- options]

Starts a real n8n with this pack, the sandbox of marketplaces and CRMs, and the templates; then shows orders travelling.

  --check         play a scripted world without a browser, judge the result, end (the verdict is the last line on stdout)
  --pair P        ${PAIRS.map(({ name }) => name).join(', ')}; with --check also: all
                  (default: ${SHOWN_PAIR}; with --check: all, and the triggers)
  --triggers T    with --check, instead of pairs: ${TRIGGERS.map(({ side }) => side.api).join(', ')} or all: whether triggers
                  live on, lose nothing and tell nothing twice when n8n is restarted or killed while the services are down
  --orders N      orders in the scripted world (default 60)
  --seed S        seed of the scripted world and of the sandbox (default 1)
  --port-base P   first of a hundred ports to use (default: sandbox from 4100, n8n on 5678)
  --keep          with --check: leave everything running after the verdict, until Ctrl-C
  --verbose       also print what the started programs print
  --help          this text
`;

const flags = { '--check': 'check', '--keep': 'keep', '--verbose': 'verbose', '--help': 'help' } as const;
const numbers = { '--orders': 'orders', '--seed': 'seed', '--port-base': 'portBase' } as const;
const limits = {
	orders: z.coerce.number().int().min(1).max(5000),
	seed: z.coerce.number().int().min(0),
	portBase: z.coerce.number().int().min(1024).max(65_000),
};

/** Reads the command line; throws a sentence for people when it says something unknown. */
export function readArgs(argv: readonly string[]): DemoOptions {
	let pair: string | undefined;
	let trigger: string | undefined;
	const options: DemoOptions = {
		check: false,
		pairs: [],
		triggers: [],
		orders: 60,
		seed: 1,
		portBase: undefined,
		keep: false,
		verbose: false,
		help: false,
	};
	const words = argv.flatMap((word) => (/^--[a-z-]+=/.test(word) ? splitOnce(word, '=') : [word]));
	for (let word = words.shift(); word !== undefined; word = words.shift()) {
		if (isKey(flags, word)) options[flags[word]] = true;
		else if (isKey(numbers, word)) options[numbers[word]] = readNumber(word, numbers[word], words.shift());
		else if (word === '--pair') pair = words.shift() ?? '';
		else if (word === '--triggers') trigger = words.shift() ?? '';
		else throw new Error(`"${word}" is not an option of the demo.\n\n${USAGE}`);
	}
	const { check } = options;
	if (trigger !== undefined) return { ...options, triggers: readTriggers(trigger, check) };
	const isEverything = check && (pair ?? ALL) === ALL;
	return { ...options, pairs: readPair(pair ?? (check ? ALL : SHOWN_PAIR), check), triggers: isEverything ? TRIGGERS : [] };
}

function readTriggers(wanted: string, isCheck: boolean): readonly WatchedTrigger[] {
	const triggers = TRIGGERS.filter(({ side }) => wanted === ALL || side.api === wanted);
	if (triggers.length === 0) throw new Error(`--triggers: there is no "${wanted}".\n\n${USAGE}`);
	if (!isCheck) throw new Error(`--triggers is for --check.\n\n${USAGE}`);
	return triggers;
}

function readPair(wanted: string, isCheck: boolean): readonly Pair[] {
	if (wanted === ALL && isCheck) return PAIRS;
	const pair = PAIRS.find(({ name }) => name === wanted);
	if (pair === undefined) throw new Error(`--pair: there is no "${wanted}"${wanted === ALL ? ' without --check' : ''}.\n\n${USAGE}`);
	return [pair];
}

function readNumber(flag: string, name: keyof typeof limits, text: string | undefined): number {
	const reading = limits[name].safeParse(text ?? '');
	if (text === undefined || text === '' || !reading.success) throw new Error(`${flag} needs a whole number.\n\n${USAGE}`);
	return reading.data;
}

const isKey = <T extends object>(table: T, key: PropertyKey): key is keyof T => Object.hasOwn(table, key);

function splitOnce(word: string, separator: string): string[] {
	const at = word.indexOf(separator);
	return [word.slice(0, at), word.slice(at + 1)];
}
