export interface Random {
	below(limit: number): number;
	chance(probability: number): boolean;
	pick<T>(values: readonly T[]): T;
}

const codes = ['701', '702', '705', '707', '747', '771', '775', '776', '777', '778', '916', '926', '903', '921', '999'];

/** An invented mobile that is valid and no placeholder. A few are of neighbouring countries. */
export function fakePhone(random: Random): string {
	const rest = (length: number): string => String(10 ** (length - 1) * 2 + random.below(7 * 10 ** (length - 1)));
	for (;;) {
		const digits = rest(7);
		if (/(\d)\1{4}|12345|23456|34567|45678|56789|98765|87654|76543|65432|54321/.test(digits) || digits === '1112233') continue;
		if (random.chance(0.96)) return `+7${random.pick(codes)}${digits}`;
		return random.pick([`+99890${digits}`, `+996555${digits.slice(1)}`, `+37529${digits}`, `+99477${digits}`]);
	}
}

export function writePhone(e164: string, random: Random, extension?: string): string {
	const tail = extension === undefined ? '' : random.pick([` доб. ${extension}`, ` вн. ${extension}`, ` (доб. ${extension})`, ` ext ${extension}`]);
	if (!e164.startsWith('+7')) return random.pick([e164, e164.slice(1), `${e164.slice(0, 4)} ${e164.slice(4, 6)} ${e164.slice(6)}`]) + tail;
	const digits = e164.slice(2);
	const [code, a, b, c] = [digits.slice(0, 3), digits.slice(3, 6), digits.slice(6, 8), digits.slice(8)];
	return (
		random.pick([
			e164,
			`8${digits}`,
			`7${digits}`,
			digits,
			`+7 (${code}) ${a}-${b}-${c}`,
			`8 (${code}) ${a} ${b} ${c}`,
			`8-${code}-${a}-${b}-${c}`,
			`+7 ${code} ${a}${b}${c}`,
			`8 ${code} ${a} ${b} ${c}`,
			`+7-${code}-${a}-${b}-${c}`,
			`${code} ${a} ${b}${c}`,
			`+7(${code})${a}${b}${c} `,
			` 8${code}.${a}.${b}.${c}`,
		]) + tail
	);
}

/** What marketplaces and people write instead of a phone. */
export const maskedWritings = [
	'+0(000)-000-00-00', '+7 (***) ***-**-**', '+7 701 ***-**-23', '8 7XX XXX XX XX', '+7 777 777 77 77', '87000000000', '+7 (999) 999-99-99', '0000000000', '1111111111',
	'+7 (___) ___-__-__', 'нет', '-', '+7 701 123 45 67', '80000000000', '77777777777', '+7 7•• ••• •• 41', '8 701', '+79991234567', '88005553535', '+7 999 111-22-33',
];

const providers = ['gmail.com', 'mail.ru', 'yandex.ru', 'bk.ru', 'inbox.ru', 'icloud.com'];
const typos: Readonly<Record<string, readonly string[]>> = { 'gmail.com': ['gmial.com', 'gmail.ru', 'gmai.com'], 'mail.ru': ['mail.ri', 'mal.ru'], 'yandex.ru': ['yandex.r', 'yadex.ru'] };

export function writeEmail(mailbox: string, person: number, random: Random): { text: string; isTypo: boolean } {
	const number = Number(/\d+$/.exec(mailbox)?.[0] ?? person);
	const provider = providers[number % providers.length] ?? 'mail.ru';
	const wrong = typos[provider];
	if (wrong && random.chance(0.02)) return { text: `${mailbox}@${random.pick(wrong)}`, isTypo: true };
	const local = provider === 'gmail.com' && random.chance(0.3) ? `${mailbox.slice(0, 2)}.${mailbox.slice(2)}` : mailbox;
	const domain = provider === 'yandex.ru' && random.chance(0.2) ? 'ya.ru' : provider;
	const text = `${local}@${domain}`;
	return { text: random.pick([text, text, text.toUpperCase(), ` ${text} `, text.slice(0, 1).toUpperCase() + text.slice(1)]), isTypo: false };
}

/** Three ways in which passports, banks and people write Cyrillic in Latin letters. */
const ways: readonly Readonly<Record<string, string>>[] = [
	{ ж: 'zh', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'shch', ы: 'y', й: 'y', ю: 'yu', я: 'ya', э: 'e', ё: 'yo' },
	{ ж: 'zh', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'shch', ы: 'y', й: 'i', ю: 'iu', я: 'ia', э: 'e', ё: 'e' },
	{ ж: 'j', х: 'h', ц: 'c', ч: 'ch', ш: 'sh', щ: 'sch', ы: 'i', й: 'y', ю: 'yu', я: 'ya', э: 'e', ё: 'e' },
];
const plain: Readonly<Record<string, string>> = {
	а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', з: 'z', и: 'i', к: 'k', л: 'l', м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', ъ: '', ь: '',
	ә: 'a', ғ: 'g', қ: 'q', ң: 'n', ө: 'o', ұ: 'u', ү: 'u', һ: 'h', і: 'i',
};

export function transliterated(text: string, random: Random): string {
	const way = random.pick(ways);
	return [...text]
		.map((letter) => {
			const lower = letter.toLowerCase();
			const latin = way[lower] ?? plain[lower] ?? letter;
			return letter === lower ? latin : latin.slice(0, 1).toUpperCase() + latin.slice(1);
		})
		.join('');
}

/** One slip of the finger: a letter missing, doubled into another, swapped or replaced by its neighbour on the keyboard. */
export function mistypedWord(word: string, random: Random): string {
	const at = 1 + random.below(Math.max(1, word.length - 2));
	const rows = 'йцукенгшщзхъ фывапролджэ ячсмитьбю';
	const near = rows[rows.indexOf(word[at] ?? '') + 1]?.trim() || 'а';
	return random.pick([
		word.slice(0, at) + word.slice(at + 1),
		word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2),
		word.slice(0, at) + near + word.slice(at + 1),
		word.slice(0, at) + near + word.slice(at),
	]);
}

const short: Readonly<Record<string, string>> = { Анна: 'Аня', Мария: 'Маша', Елена: 'Лена', Наталья: 'Наташа', Екатерина: 'Катя', Александр: 'Саша', Алексей: 'Лёша', Дмитрий: 'Дима', Евгения: 'Женя', Евгений: 'Женя', Сергей: 'Серёжа' };
export const shortName = (name: string): string | undefined => short[name];
