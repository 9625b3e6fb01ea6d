const letters: Readonly<Record<string, string>> = {
	а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', ж: 'j', з: 'z', и: 'i', к: 'k', л: 'l', м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't',
	у: 'u', ф: 'f', х: 'h', ц: 'c', ч: 'q', ш: 'w', щ: 'w', ъ: '', ы: 'i', ь: '', э: 'e', ю: 'iu', я: 'ia',
	// Kazakh, Ukrainian, Uzbek, Tajik.
	ә: 'a', ғ: 'g', қ: 'k', ң: 'n', ө: 'o', ұ: 'u', ү: 'u', һ: 'h', і: 'i', ї: 'i', є: 'e', ґ: 'g', ў: 'u', ҳ: 'h', ҷ: 'j', ӣ: 'i', ӯ: 'u',
	ı: 'i', ə: 'a',
};

/** Latin spellings of one Cyrillic letter, longest first. ж = j, ч = q, ш/щ = w, ц = c in the result, so that every sound is one letter. */
const latin: readonly [RegExp, string][] = [
	[/w/g, 'v'], [/x/g, 'ks'], [/q/g, 'k'], [/ck/g, 'k'], [/c(?=[tkrl]|$)/g, 'k'],
	[/shch|sch|sh/g, 'w'], [/tch|ch/g, 'q'], [/dzh|zh|dj/g, 'j'], [/kh/g, 'h'], [/gh/g, 'g'], [/ph/g, 'f'], [/ts|tz/g, 'c'],
	[/^juli/, 'iuli'], [/yu/g, 'iu'], [/ya/g, 'ia'], [/yo|ye/g, 'e'], [/y/g, 'i'], [/oo/g, 'u'],
];

/** A word as it sounds, whichever script and transliteration it is written in: Қасымова, Касымова, Kassymova and KASYMOVA are one. */
export function sounds(word: string): string {
	// й falls apart into и and a breve, ё into е and a diaeresis; both marks go.
	let text = word.toLowerCase().replace(/ş/g, 'sh').replace(/ç/g, 'ch').normalize('NFD').replace(/\p{M}|[^\p{L}]/gu, '');
	if (/[a-z]/.test(text)) for (const [spelling, sound] of latin) text = text.replace(spelling, sound);
	return [...text].map((letter) => letters[letter] ?? letter).join('').replace(/dj/g, 'j').replace(/ts/g, 'c').replace(/ie/g, 'e').replace(/(.)\1+/g, '$1');
}

/** `slip`: one letter too many, too few, swapped with its neighbour, or one that sounds alike; `gender`: -ов and -ова; `letter`: any other one letter. */
export type Edit = 'none' | 'gender' | 'slip' | 'letter' | 'far';

const alike = ['aoe', 'ei', 'iu', 'uo', 'dt', 'bp', 'gk', 'zs', 'jw', 'vf', 'hk', 'cs', 'mn'];

/** How two words (as `sounds` writes them) differ. */
export function editOf(one: string, other: string): Edit {
	if (one === other) return 'none';
	if (Math.abs(one.length - other.length) > 2) return 'far';
	const [short, long] = one.length <= other.length ? [one, other] : [other, one];
	if (/(?:ov|ev|in)$/.test(short) && long === `${short}a`) return 'gender';
	if (/ski$/.test(short) && long === short.replace(/i$/, 'aia')) return 'gender';
	const [inShort, inLong] = differenceOf(short, long);
	if (inShort === '' && inLong.length === 1) return 'slip';
	if (inShort.length === 2 && inLong.length === 2 && inShort[0] === inLong[1] && inShort[1] === inLong[0]) return 'slip';
	if (inShort.length !== 1 || inLong.length !== 1) return 'far';
	return alike.some((group) => group.includes(inShort) && group.includes(inLong)) ? 'slip' : 'letter';
}

/** What stands between the common beginning and the common end of two words. */
function differenceOf(short: string, long: string): [string, string] {
	let start = 0;
	while (start < short.length && short[start] === long[start]) start++;
	let end = 0;
	while (end < short.length - start && short.at(-1 - end) === long.at(-1 - end)) end++;
	return [short.slice(start, short.length - end), long.slice(start, long.length - end)];
}

/** The rows of a Russian and of a Latin keyboard, in the letters of `sounds`. */
const keyboard = ['icukengwwzh', 'fivaproldje', 'iqsmitb', 'qvertiuiop', 'asdfghjkl', 'zkscvbnm'];

/** What one slip of a finger does: a letter too many, too few, two swapped, one beside the right one, or one that sounds alike. */
export function isFingerSlip(one: string, other: string): boolean {
	const edit = editOf(one, other);
	if (edit !== 'letter') return edit === 'slip';
	const [a, b] = differenceOf(one, other);
	return keyboard.some((row) => row.includes(a + b) || row.includes(b + a));
}
