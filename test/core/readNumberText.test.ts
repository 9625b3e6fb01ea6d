import { readNumberText } from '../../core/input/readNumberText';

it.each([
	['912345678.0', '912345678'],
	[' 912345678,00 ', '912345678'],
	[912_345_678, '912345678'],
	['12345678-0001-1', '12345678-0001-1'],
	['912345678.5', '912345678.5'],
	['1.000.000', '1.000.000'],
	['', ''],
])('%p names %p', (written, name) => expect(readNumberText(written)).toBe(name));
