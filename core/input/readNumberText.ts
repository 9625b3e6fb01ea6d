/**
 * A number that names something (an order, a deal), as text: trimmed, and without the decimals of a table that took it for a quantity
 * (`912345678.0`). Anything that is no such number stays as it is written.
 */
export const readNumberText = (value: string | number): string => String(value).trim().replace(/^(\d+)[.,]0+$/, '$1');
