import { showAmo, startAmo } from './amocrm.js';
import { byId, toast } from './dom.js';
import { showKaspi, startKaspi } from './kaspi.js';
import { showSide, startSide } from './side.js';

const EVERY_MS = 1000;
let connected = true;

async function refresh() {
	try {
		const [state, { entries }] = await Promise.all(
			['/state', '/calls?limit=40'].map(async (path) => await (await fetch(path)).json()),
		);
		showKaspi(state.kaspi, state.clock.now);
		showAmo(state.amocrm);
		showSide(state, entries);
		connected = true;
	} catch (failure) {
		if (connected) toast(`Песочница не отвечает: ${failure.message}`, 'bad');
		connected = false;
	}
	document.body.classList.toggle('offline', !connected);
}

startKaspi(refresh);
startAmo(refresh);
startSide(refresh);
byId('orders').textContent = '';

async function loop() {
	await refresh();
	setTimeout(loop, document.hidden ? EVERY_MS * 5 : EVERY_MS);
}
void loop();
