import { showAmo, startAmo } from './amocrm.js';
import { showBitrix, startBitrix } from './bitrix24.js';
import { byId, toast } from './dom.js';
import { showKaspi, startKaspi } from './kaspi.js';
import { showOzon, startOzon } from './ozon.js';
import { showSide, startSide } from './side.js';

const EVERY_MS = 1000;
let connected = true;

async function refresh() {
	try {
		const [state, { entries }] = await Promise.all(
			['/state', '/calls?limit=40'].map(async (path) => await (await fetch(path)).json()),
		);
		showKaspi(state.kaspi, state.clock.now);
		showOzon(state.ozon, state.clock.now);
		showAmo(state.amocrm);
		showBitrix(state.bitrix24);
		showSide(state, entries);
		connected = true;
	} catch (failure) {
		if (connected) toast(`Песочница не отвечает: ${failure.message}`, 'bad');
		connected = false;
	}
	document.body.classList.toggle('offline', !connected);
}

startKaspi(refresh);
startOzon(refresh);
startAmo(refresh);
startBitrix(refresh);
startSide(refresh);
byId('orders').textContent = '';

async function loop() {
	await refresh();
	setTimeout(loop, document.hidden ? EVERY_MS * 5 : EVERY_MS);
}
void loop();
