// aedes with nothing behind it: what the gateway's throughput is read beside.
import { Aedes } from 'aedes';
import { createServer, type AddressInfo } from 'node:net';

const broker = await Aedes.createBroker();
const server = createServer((socket) => {
  socket.setNoDelay(true);
  broker.handle(socket);
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ mqttPort: (server.address() as AddressInfo).port })));
process.once('SIGTERM', () => process.exit(0));
