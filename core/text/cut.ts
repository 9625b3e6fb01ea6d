const letters = new Intl.Segmenter('ru', { granularity: 'grapheme' });
const ellipsis = '…';

/**
 * A text of at most so many characters (UTF-16 units, as services count them), cut between two letters and never inside of one.
 * What was cut ends with an ellipsis, so that people see it.
 */
export function cutText(text: string, longest: number): string {
	if (text.length <= longest) return text;
	let kept = '';
	for (const { segment } of letters.segment(text)) {
		if (kept.length + segment.length + ellipsis.length > longest) break;
		kept += segment;
	}
	return `${kept.trimEnd()}${ellipsis}`;
}
