// Sends a file with the progress of its bytes, which fetch cannot tell.
import { bearer } from './credentials.js';
import { fillPath, valueAt } from './pointer.js';

/** The server did not take the file, or could not be reached; the message is for people. */
export class UploadFailed extends Error {
  /** @param {string} message @param {number} status of HTTP; 0: there was no answer */
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** The sentence, or the list of sentences, of a refusal. @param {unknown} answer @param {string | undefined} pointer @param {number} status */
export function refusalOf(answer, pointer, status) {
  const said = valueAt(answer, pointer);
  if (Array.isArray(said)) return said.join('; ');
  return typeof said === 'string' ? said : `The server answered ${status}`;
}

/** @param {string} text @returns {unknown} */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * @param {object} what
 * @param {import('./protocols.js').ProtocolInfo} what.info
 * @param {string} what.url @param {File | Blob} what.file
 * @param {string} [what.fileName] @param {string | undefined} what.token
 * @param {string} [what.jobId] chosen here, where the protocol allows it
 * @param {Record<string, string>} [what.places] for the path, e.g. `templateName`
 * @param {AbortSignal} what.signal
 * @param {(sent: number, total: number) => void} what.onBytes
 * @param {typeof XMLHttpRequest} [what.XMLHttpRequest]
 * @returns {Promise<string>} the job's id. Throws UploadFailed, or the signal's reason.
 */
export function sendFile({ info, url, file, fileName, token, jobId, places = {}, signal, onBytes, XMLHttpRequest: Request = XMLHttpRequest }) {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    if (jobId !== undefined && info.jobIdField) form.append(info.jobIdField, jobId);
    form.append(info.uploadField ?? 'file', file, fileName ?? ('name' in file ? file.name : 'upload'));

    const request = new Request();
    const stop = () => request.abort();
    request.upload.onprogress = ({ loaded, total }) => onBytes(loaded, total);
    request.onloadend = () => signal.removeEventListener('abort', stop);
    request.onabort = () => reject(signal.reason);
    request.onerror = () => reject(new UploadFailed('The server cannot be reached', 0));
    request.onload = () => {
      const answer = parsed(request.responseText);
      if (request.status < 200 || request.status > 299)
        return reject(new UploadFailed(refusalOf(answer, info.errorPointer, request.status), request.status));
      const id = valueAt(answer, info.jobIdPointer);
      if (typeof id === 'string') resolve(id);
      else reject(new UploadFailed(`The answer has no job id at ${info.jobIdPointer}`, request.status));
    };
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener('abort', stop);
    request.open('POST', new URL(fillPath(info.uploadPath ?? '', places), url));
    for (const [name, value] of Object.entries(bearer(token))) request.setRequestHeader(name, value);
    request.send(form);
  });
}
