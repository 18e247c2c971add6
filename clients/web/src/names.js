// The names that the documents give their readers, from the contract.
import { BulkUploadClientEventNames, BulkUploadEventNames, ConsumerEventsEventNames, FileUploadClientEventNames,
         FileUploadEventNames, FileUploadProtocol, FileUploadStages } from './contract.js';

/** Events of file uploads, both ways. */
export const WebSocketEvents = /** @type {const} */ ({ ...FileUploadClientEventNames, ...FileUploadEventNames });
/** @typedef {(typeof WebSocketEvents)[keyof typeof WebSocketEvents]} WebSocketEvents */

/** How far a file upload is. */
export const UploadStatus = /** @type {const} */ ({
  STARTED: FileUploadStages[0].name,
  PROCESSING: FileUploadStages[1].name,
  COMPLETED: FileUploadStages[2].name,
  FAILED: FileUploadStages[3].name,
});
/** @typedef {(typeof UploadStatus)[keyof typeof UploadStatus]} UploadStatus */

/** What the names of rooms begin with. */
export const WebSocketRooms = /** @type {const} */ ({
  UPLOAD: /** @type {'upload'} */ (FileUploadProtocol.jobRoom.split('-')[0]),
});
/** @typedef {(typeof WebSocketRooms)[keyof typeof WebSocketRooms]} WebSocketRooms */

/** Events of bulk uploads, both ways. */
export const BulkUploadEvents = /** @type {const} */ ({ ...BulkUploadClientEventNames, ...BulkUploadEventNames });
/** Events of the consumer service. */
export const ConsumerEvents = ConsumerEventsEventNames;
