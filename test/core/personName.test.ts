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
		['Касымов Ерлан Болатович', 'Ерлан Касымов Болатұлы', 'same'],
		['Касымов Ерлан Болатович', 'KASSYMOV YERLAN BOLATULY', 'same'],
		['Касымов Ерлан Болатович', 'Kassymov Erlan Bolatuly', 'same'],
		['Касымов Ерлан Болатович', 'Касымов Ерлан Болат улы', 'same'],
		['Касымова Асель Сериковна', 'Серікқызы Әсел Қасымова', 'same'],
		['Касымова Асель Сериковна', 'Касымова Асель Серик кызы', 'same'],
		['Касымова Асель Сериковна', 'Касымова Асель Серик-қызы', 'same'],
		['Касымова Асель Сериковна', 'Kassymova Assel Serikkyzy', 'same'],
		['Касымова Асель Сериковна', 'Kassymova Assel Serik qyzy', 'same'],
		['Мамедов Руслан Рашидович', 'Мамедов Руслан Рашид оглы', 'same'],
		['Мамедов Руслан Рашидович', 'Мамедов Руслан Рашидоглы', 'same'],
		['Мамедов Руслан Рашидович', 'Руслан Рашид-оглы Мамедов', 'same'],
		['Мамедов Руслан Рашидович', 'Mamedov Ruslan Rashid oglu', 'same'],
		['Мамедов Руслан Рашидович', 'Mamedov Ruslan Rashid oʻgʻli', 'same'],
		['Мамедова Диана Рашидовна', 'Мамедова Диана Рашид гызы', 'same'],
		['Мамедова Диана Рашидовна', 'Mamedova Diana Rəşid qızı', 'same'],
		['Маматов Азамат Бакытович', 'Маматов Азамат Бакыт уулу', 'same'],
		['Жумабаев Ерлан Абаевич', 'Жумабаев Ерлан Абайұлы', 'same'],
		['Сейтов Ерлан Сейткалиевич', 'Сейтов Ерлан Сейтқалиұлы', 'same'],
		['Ким Ерлан Сергеевич', 'Ким Ерлан Сергейұлы', 'same'],
		['Ким Ерлан Юрьевич', 'Ким Ерлан Юрийұлы', 'same'],
		['Ким Ерлан Мусаевич', 'Ким Ерлан Мұсаұлы', 'same'],
		['Ким Ерлан Куанышевич', 'Ким Ерлан Қуанышұлы', 'same'],
		['Ким Ерлан Болатұлы', 'Ерлан Ким', 'shorter'],
		['Ерлан Болатұлы', 'Касымов Ерлан Болатович', 'shorter'],
		// Another father, or a brother and a sister.
		['Касымов Ерлан Болатович', 'Касымов Ерлан Серікұлы', 'different'],
		['Касымова Асель Сериковна', 'Касымова Асель Болатқызы', 'different'],
		['Касымов Ерлан Болатұлы', 'Касымов Ерлан Болатқызы', 'different'],
		['Касымова Асель Сериковна', 'Касымова Асель Серікұлы', 'different'],
		['Мамедов Руслан Рашид оглы', 'Мамедов Руслан Рашид кызы', 'different'],
		['Мамедов Руслан Рашидович', 'Мамедов Руслан Мурад оглы', 'different'],
		['Касымов Ерлан Болатбекович', 'Касымов Ерлан Болатұлы', 'different'],
		['Касымов Ерлан Жумабаевич', 'Касымов Ерлан Жұмабекұлы', 'different'],
		['Касымов Ерлан Нурович', 'Касымов Ерлан Нурланұлы', 'different'],
		['Касымов Ерлан Болатович', 'Касымов Серик Болатұлы', 'different'],
		['Роман Абрамович', 'Роман Абрамұлы', 'shorter'],
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

	it('have one father in every way of writing him, and never another\'s', () => {
		const fathers = [
			['Болат', 'Болатович', 'Болатовна'], ['Серік', 'Серикович', 'Сериковна'], ['Рашид', 'Рашидович', 'Рашидовна'], ['Абай', 'Абаевич', 'Абаевна'], ['Мұса', 'Мусаевич', 'Мусаевна'],
			['Әли', 'Алиевич', 'Алиевна'], ['Сергей', 'Сергеевич', 'Сергеевна'], ['Дмитрий', 'Дмитриевич', 'Дмитриевна'], ['Қуаныш', 'Куанышевич', 'Куанышевна'], ['Болатбек', 'Болатбекович', 'Болатбековна'],
			['Жұмабай', 'Жумабаевич', 'Жумабаевна'], ['Нурлан', 'Нурланович', 'Нурлановна'], ['Ербол', 'Ерболович', 'Ерболовна'], ['Абдулла', 'Абдуллаевич', 'Абдуллаевна'],
		] as const;
		for (const [index, [father, son, daughter]] of fathers.entries()) {
			const sons = [`${father}ұлы`, `${father} улы`, `${father}-улы`, `${father} оглы`, `${father}оглы`, `${father} огли`, `${father} уулу`];
			const daughters = [`${father}қызы`, `${father} кызы`, `${father}-кызы`, `${father} гызы`, `${father} кизи`];
			for (const written of sons) expect([written, verdict(`Ким Тимур ${written}`, `Ким Тимур ${son}`)]).toEqual([written, 'same']);
			for (const written of daughters) expect([written, verdict(`Ким Дана ${written}`, `Ким Дана ${daughter}`)]).toEqual([written, 'same']);
			for (const [other, [, otherSon, otherDaughter]] of fathers.entries()) {
				if (other === index) continue;
				for (const written of sons) expect([written, otherSon, verdict(`Ким Тимур ${written}`, `Ким Тимур ${otherSon}`)]).toEqual([written, otherSon, 'different']);
				for (const written of daughters) expect([written, otherDaughter, verdict(`Ким Дана ${written}`, `Ким Дана ${otherDaughter}`)]).toEqual([written, otherDaughter, 'different']);
			}
		}
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
