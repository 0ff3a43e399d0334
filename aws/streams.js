/** Where functions get what is new from: the streams that the data stack has made, or a restored table's (release/streams.ts). */
const { EVENTS_STREAM_ARN = "", ORDERS_STREAM_ARN = "" } = process.env;
const imported = (name) => ({ "Fn::ImportValue": `\${self:service}-\${sls:stage}-${name}-stream` });

export const events = EVENTS_STREAM_ARN || imported("events");
export const orders = ORDERS_STREAM_ARN || imported("orders");
