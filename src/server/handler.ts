/** Handles one request. `peer` is the address of the other end of the connection; null on a unix socket. */
export type RequestHandler = (request: Request, peer: string | null) => Promise<Response>
