/** Where dispatch gets new events from: the stream that the data stack has made, or a restored table's (release/events_stream.ts). */
const { EVENTS_STREAM_ARN = "" } = process.env;
export const arn = EVENTS_STREAM_ARN || {
  "Fn::ImportValue": "${self:service}-${sls:stage}-events-stream",
};
