import type { Posting } from './posting';
import type { ShopParts } from './shopParts';

export interface LabelTask {
	id: number;
	postings: Posting[];
	createdAt: number;
	readyAt: number;
}

/** Label tasks: made for assembled postings, ready after a while (ozon.md §7). */
export class Labels {
	readonly tasks = new Map<number, LabelTask>();

	constructor(private readonly shop: ShopParts) {}

	/** Numbers among these whose label cannot be made yet: Ozon wants 45–60 s after assembly. */
	notReady(postings: readonly Posting[]): string[] {
		const { settings } = this.shop;
		return postings
			.filter(({ assembledAt }) => assembledAt === null || this.shop.now() - assembledAt < settings.labelReadyMs)
			.map(({ number }) => number);
	}

	create(postings: Posting[]): LabelTask {
		const createdAt = this.shop.now();
		const task = {
			id: this.shop.inventor.id(),
			postings,
			createdAt,
			readyAt: createdAt + this.shop.settings.labelTaskMs,
		};
		this.tasks.set(task.id, task);
		return task;
	}

	isReady(task: LabelTask): boolean {
		return this.shop.now() >= task.readyAt;
	}

	clear(): void {
		this.tasks.clear();
	}
}

/** A real PDF with one page per posting in the size of a label printer (58 × 40 mm). Text must be ASCII. */
export function labelsPdf(postings: readonly Posting[]): Buffer {
	const pages = postings.map((_posting, index) => 4 + index * 2);
	const objects = [
		'<< /Type /Catalog /Pages 2 0 R >>',
		`<< /Type /Pages /Kids [${pages.map((page) => `${page} 0 R`).join(' ')}] /Count ${pages.length} >>`,
		'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
		...postings.flatMap(({ number }, index) => {
			const content = `BT /F1 12 Tf 16 TL 10 85 Td (Ozon) Tj T* (${number}) Tj ET`;
			return [
				`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 164 113] /Contents ${5 + index * 2} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
				`<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
			];
		}),
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
