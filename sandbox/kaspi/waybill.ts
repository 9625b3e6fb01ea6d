import type { Random } from '../random';

/** How long Kaspi takes to issue a waybill after ASSEMBLE, ms: measured on 316 live orders (kaspi.md §3.3). */
export function waybillDelayMs(random: Random, scale: number): number {
	const place = random.next();
	const within = (fromS: number, toS: number) => (fromS + random.next() * (toS - fromS)) * 1000;
	const measured = place < 0.69 ? within(2, 15) : place < 0.9 ? within(15, 179) : within(179, 420);
	return measured * scale;
}

/** A real one-page PDF in the size of a label printer (75 × 120 mm). Text must be ASCII. */
export function waybillPdf(lines: readonly string[]): Buffer {
	const text = lines.map((line) => `(${line.replace(/[\\()]/g, '\\$&')}) Tj T*`).join('\n');
	const content = `BT /F1 13 Tf 18 TL 16 310 Td\n${text}\nET`;
	const objects = [
		'<< /Type /Catalog /Pages 2 0 R >>',
		'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
		'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 213 340] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
		`<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
		'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
	];
	let file = '%PDF-1.4\n';
	const offsets = objects.map((object, index) => {
		const offset = file.length;
		file += `${index + 1} 0 obj\n${object}\nendobj\n`;
		return offset;
	});
	const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
	const size = objects.length + 1;
	file += `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
	return Buffer.from(file, 'latin1');
}
