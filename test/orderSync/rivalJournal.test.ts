import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../journal/open';
import { pairs, World } from './world';

describe.each(pairs)('Two n8n on one shop and one CRM account: $name', (pair) => {
	it('the second one stops with words that name the way out, and no order gets two deals', async () => {
		const world = await World.open(pair);
		const first = process.env.N8N_USER_FOLDER;
		const second = mkdtempSync(join(tmpdir(), 'second-'));
		const as = (folder: string | undefined) => {
			process.env.N8N_USER_FOLDER = folder;
			return world.orderSync('sweep');
		};
		const place = (count: number): void => {
			for (let placed = 0; placed < count; placed += 1) world.place();
		};
		place(2);
		for (const folder of [first, second]) expect((await as(folder)).run.error).toBeUndefined();
		await new Promise((resolve) => setTimeout(resolve, 1100));
		place(3);
		expect((await as(first)).run.error).toBeUndefined();
		const { run } = await as(second);
		expect(run.error?.message).toContain('Another n8n');
		expect(run.error && 'description' in run.error ? run.error.description : '').toContain('unpublish');
		const number = world.place();
		const named = await world.orderSync('sync', { identifyBy: 'orderNumber', identifier: number }, [{}]);
		expect(named.run.error?.message).toContain('Another n8n');
		expect((await as(first)).run.error).toBeUndefined();
		expect(world.deals()).toHaveLength(6);
		process.env.N8N_USER_FOLDER = second;
		await (await openJournal()).close();
		process.env.N8N_USER_FOLDER = first;
		await world.close();
	}, 60_000);
});
