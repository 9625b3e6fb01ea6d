import * as fc from 'fast-check';
import { compareNames, readPersonName } from '../../core/contact/personName';
import { sounds } from '../../core/contact/spelling';

const verdict = (one: string, other: string) => compareNames(readPersonName(one), readPersonName(other));

describe('two names', () => {
	it.each([
		['Асель Касымова', 'Касымова Асель', 'same'],
		['Асель Касымова', 'ASSEL KASSYMOVA', 'same'],
		['Әсел Қасымова', 'Асель Касымова', 'same'],
		['Пётр Соловьёв', 'петр соловьев', 'same'],
		['Жандос Цой', 'Zhandos Tsoy', 'same'],
		['Жандос Цой', 'Jandos Coy', 'same'],
		['ИП Касымова Асель', 'Асель Касымова (Kaspi)', 'same'],
		['Янушкевич Олжас Алексеевич', 'Олжас Янушкевич', 'shorter'],
		['Асель К.', 'Асель Касымова', 'shorter'],
		['Камила Sh.', 'Камила Шевченко', 'shorter'],
		['Асель', 'Асель Касымова', 'shorter'],
		['Арман О.', 'Арман Омаров', 'shorter'],
		['Айсара', 'Айсара Бекова', 'shorter'],
		['Маирна Ким', 'Марина Ким', 'spelling'],
		['Катя Иванова', 'Екатерина Иванова', 'same'],
		['Женя Омарова', 'Евгения Омарова', 'spelling'],
		['Асель Касмова', 'Асель Касымова', 'spelling'],
		['Асель Касымова', 'Асель Иванова', 'other_surname'],
		['Асель К.', 'Асель Иванова', 'other_surname'],
		['Марина Ким', 'Карина Ким', 'different'],
		['Валентин Ким', 'Валентина Ким', 'different'],
		['Дана Омарова', 'Дина Омарова', 'different'],
		['Асель Касымова', 'Ерлан Касымов', 'different'],
		['Асель Касымова Маратовна', 'Асель Касымова Ерлановна', 'different'],
		['Клиент', 'Асель Касымова', 'unclear'],
		['', '', 'unclear'],
		['Касымова', 'Асель Касымова', 'unclear'],
		['А. Касымова', 'Асель Касымова', 'unclear'],
		['Ким', 'Алина Ким', 'unclear'],
		['Мама Асель', 'Асель Касымова', 'unclear'],
		['ТОО Асель', 'Асель Касымова', 'unclear'],
	])('%s and %s: %s', (one, other, expected) => {
		expect(verdict(one, other)).toBe(expected);
		expect(verdict(other, one)).toBe(expected);
	});

	it('say the same in both directions, whatever is written', () => {
		const words = fc.constantFrom('Асель', 'Марина', 'Карина', 'Касымова', 'Ким', 'Айсара', 'А.', 'Ж', 'Маратовна', 'Sh.', 'ТОО', '123', 'Серик', 'клиент');
		const name = fc.array(words, { maxLength: 4 }).map((parts) => parts.join(' '));
		fc.assert(fc.property(name, name, (one, other) => expect(verdict(one, other)).toBe(verdict(other, one))), { numRuns: 1000 });
	});

	it('never agree when nothing is known of one of them', () => {
		fc.assert(fc.property(fc.string(), (text) => expect(['unclear']).toContain(verdict(text, 'Клиент'))));
	});
});

it('a spelling is the same when it is read again', () => {
	fc.assert(fc.property(fc.constantFrom('Қасымова', 'Щербаков', 'Юлия', 'Наталья', 'Жандос', 'Цветков', 'Өмірбеков'), (word) => expect(sounds(word.toUpperCase())).toBe(sounds(word))));
});
