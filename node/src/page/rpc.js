// The connection to the node: one WebSocket, opened again whenever it is gone.

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 3000;

let socket;
let nextId = 1;
let pause = FIRST_PAUSE;
const waiting = new Map();
const watchers = { status: new Set(), connection: new Set() };

/** How the chain stands, as the node told last; undefined while there is no node. */
export let status;

/** The address that other programs find the node at. */
export const url = location.origin;

/** Why the node did not do what it was asked. */
export class Refused extends Error {
  constructor({ code, message, data }) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** Asks the node for a method; gives its result. */
export function ask(method, ...params) {
  return new Promise((resolve, reject) => {
    if (socket?.readyState !== WebSocket.OPEN) {
      reject(new Error('The node does not answer.'));
      return;
    }
    const id = nextId++;
    waiting.set(id, { resolve, reject });
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
  });
}

/** Calls back with the status whenever something on the chain has changed. */
export const onStatus = (callback) => watchers.status.add(callback);

/** Calls back with whether the node is there, whenever that has changed. */
export const onConnection = (callback) => watchers.connection.add(callback);

/** Waits until something on the chain has changed. */
export function nextChange() {
  return new Promise((resolve) => {
    const once = () => {
      watchers.status.delete(once);
      resolve();
    };
    watchers.status.add(once);
  });
}

/** Connects, and stays connected. */
export function connect() {
  socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/`);
  socket.onopen = async () => {
    pause = FIRST_PAUSE;
    await ask('hebe_subscribe').catch(() => socket.close());
    tell('connection', true);
  };
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.method === 'hebe_subscription') {
      status = message.params.result;
      tell('status', status);
      return;
    }
    const request = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) request?.reject(new Refused(message.error));
    else request?.resolve(message.result);
  };
  socket.onclose = () => {
    for (const { reject } of waiting.values()) reject(new Error('The node is gone.'));
    waiting.clear();
    status = undefined;
    tell('connection', false);
    setTimeout(connect, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  };
}

function tell(what, value) {
  for (const callback of [...watchers[what]]) callback(value);
}
