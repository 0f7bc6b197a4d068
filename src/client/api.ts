/** Generated from the OpenAPI document by scripts/build-client.mjs. Do not edit; run it again after a change of a route. */
export interface paths {
    "/v1/device": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Device id and the public key of its signatures */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            deviceId: string;
                            mode: "live" | "demonstration";
                            version: string;
                            /** @description Names the public key in decisions and receipts. */
                            keyId: string;
                            /** @description Ed25519, 32 bytes in base64. */
                            publicKey: string;
                            algorithm: string;
                            /** @description All that ever signed here; what a former one signed in its time stays valid. */
                            keys: ({
                                keyId: string;
                                /** @description Ed25519, 32 bytes in base64. */
                                publicKey: string;
                                fromAuditSeq: number;
                                /** @description It signs nothing later. */
                                untilAuditSeq?: number;
                                /** @description The succession, signed by this key and the one before. */
                                statement?: string;
                                signedByItself?: string;
                                signedByPrevious?: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description RFC 9457 */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/doors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The doors: normal, locked down or free; contacts; passages that are awaited */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/doors/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** The same for every door at once */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description lock-down: only groups that pass a lock-down. free: opens for anyone; the panel keeps the door open by it. Both last until they are changed, also over a restart. */
                        state: "normal" | "lock-down" | "free";
                        /** @description Why, in your words; recorded. */
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/doors/{id}/contact": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the door’s contact says */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        state: "open" | "closed";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/doors/{id}/passages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What became of a grant: only this word, or the door contact, moves anybody for anti-passback */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        verificationId: string;
                        outcome: "entered" | "not-entered";
                    } | {
                        /** @description Of the grant. */
                        serial: number;
                        outcome: "entered" | "not-entered";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/doors/{id}/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Lock a door down, free it, or end that */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description lock-down: only groups that pass a lock-down. free: opens for anyone; the panel keeps the door open by it. Both last until they are changed, also over a restart. */
                        state: "normal" | "lock-down" | "free";
                        /** @description Why, in your words; recorded. */
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events by serial number; a stream when `Accept: text/event-stream`
         * @description Pages in the order of serials, which have no gaps: ask again from `next` while `more` is true. A page of a search can be empty and have `more` all the same. Serials below `oldest` are no longer kept.
         */
        get: {
            parameters: {
                query?: {
                    /** @description First serial; 1 when left out. */
                    from?: number;
                    /** @description Last serial. */
                    to?: number;
                    /** @description ISO 8601: at this moment or later, by the device’s clock of then. */
                    since?: string;
                    /** @description ISO 8601: before this moment. */
                    until?: string;
                    /** @description Kinds of events, separated by commas. */
                    kinds?: string;
                    /** @description Only events of this door. */
                    door?: string;
                    /** @description Events of one page; 100. */
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A page of events; as a stream, each event with its serial as `id`. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            events: ({
                                /** @description Per device, without gaps, over restarts too. */
                                serial: number;
                                kind: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601.
                                 */
                                at: string;
                                doorId?: string;
                                /** @description Absent where the site says `events.personFields: none`. */
                                subjectId?: string;
                                personNumber?: string;
                                name?: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            /** @description Ask from here on for what follows. */
                            next: number;
                            /** @description Serial of the newest event; 0 when there is none. */
                            newest: number;
                            /** @description Serial of the oldest event that is still kept. */
                            oldest?: number;
                            /** @description There is something to ask for from `next` on. */
                            more: boolean;
                        };
                    };
                };
                /** @description RFC 9457 */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is it up, and which methods work */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            status: "ok" | "degraded";
                            deviceId: string;
                            mode: "live" | "demonstration";
                            version: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601.
                             */
                            time: string;
                            methods: {
                                face: {
                                    works: boolean;
                                    reason?: string;
                                    detail?: string;
                                    /** @description Everything that keeps face mode off now; the first is the reason above. */
                                    reasons?: ({
                                        reason: string;
                                        detail: string;
                                    } & {
                                        [key: string]: unknown;
                                    })[];
                                    /** @description The threshold in use was never measured. */
                                    extrapolated?: boolean;
                                } & {
                                    [key: string]: unknown;
                                };
                                pin: {
                                    works: boolean;
                                } & {
                                    [key: string]: unknown;
                                };
                                card: {
                                    works: boolean;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            cameras: ({
                                cameraId: string;
                                state: "closed" | "opening" | "live" | "ended" | "failed";
                                framesDelivered: number;
                                framesSkipped: number;
                                reopened: number;
                                positionMs?: number;
                                fault?: "black" | "covered" | "frozen";
                                problem?: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            /** @description Without records nothing is granted, by any method. */
                            records: {
                                works: boolean;
                                problem?: string;
                                detail?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            /** @description Only where audit entries go to a collector. */
                            syslog?: {
                                works: boolean;
                                /** @description Some entries were never sent. */
                                lost: boolean;
                            } & {
                                [key: string]: unknown;
                            };
                            clock: {
                                trusted: boolean;
                                problem?: string;
                            } & {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description RFC 9457 */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/listeners": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Listeners and how far they are */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            listeners: {
                                id: string;
                                label: string;
                                url: string;
                                kinds: string[];
                                heartbeatSeconds: number;
                                /** @description Names the secret in `menshen-key`. */
                                keyId: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601.
                                 */
                                addedAt: string;
                                state: "up-to-date" | "sending" | "waiting" | "held";
                                /** @description Attempts in a row that failed. */
                                failures: number;
                                /** @description Why the last attempt failed. */
                                problem?: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601.
                                 */
                                nextTryAt?: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601.
                                 */
                                lastAcknowledgedAt?: string;
                                /** @description Up to this serial it has what it wanted. */
                                cursor: number;
                                newest: number;
                                /** @description Events that it refused and that were set aside. */
                                deadLetters: number;
                            }[];
                        };
                    };
                };
                /** @description RFC 9457 */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Have events sent to an address on the LAN; the secret that signs them is shown once */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description A private address in digits; https, or http on loopback. */
                        url: string;
                        /** @description Which panel it is. */
                        label?: string;
                        /** @description Kinds of events that are wanted; all when left out. */
                        kinds?: string[];
                        /** @description First serial to be sent; left out: only what happens from now on. */
                        from?: number;
                        /** @description After so long without a message; 60. */
                        heartbeatSeconds?: number;
                        /** @description PEM of the authority that the listener’s certificate comes from; a must for https. */
                        authority?: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            label: string;
                            url: string;
                            kinds: string[];
                            heartbeatSeconds: number;
                            /** @description Names the secret in `menshen-key`. */
                            keyId: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601.
                             */
                            addedAt: string;
                            state: "up-to-date" | "sending" | "waiting" | "held";
                            /** @description Attempts in a row that failed. */
                            failures: number;
                            /** @description Why the last attempt failed. */
                            problem?: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601.
                             */
                            nextTryAt?: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601.
                             */
                            lastAcknowledgedAt?: string;
                            /** @description Up to this serial it has what it wanted. */
                            cursor: number;
                            newest: number;
                            /** @description Events that it refused and that were set aside. */
                            deadLetters: number;
                            /** @description Signs every message; shown this once. */
                            secret: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/listeners/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Send no more there */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description RFC 9457 */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/listeners/{id}/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events that the listener refused and that were set aside so that the others could go on */
        get: {
            parameters: {
                query?: {
                    after?: number;
                    limit?: number;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            deadLetters: {
                                serial: number;
                                /** @description Absent when the event is no longer kept. */
                                kind?: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601.
                                 */
                                at?: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601.
                                 */
                                setAsideAt: string;
                                /** @description What the listener answered the last time. */
                                status: number;
                                /** @description It is to be sent once more. */
                                again: boolean;
                            }[];
                            total: number;
                            /** @description Ask from here on for more; absent at the end. */
                            after?: number;
                        };
                    };
                };
                /** @description RFC 9457 */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/listeners/{id}/dead-letters/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send what was set aside once more */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description All of them when left out. */
                        serials?: number[];
                    };
                };
            };
            responses: {
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            redelivering: number;
                        };
                    };
                };
                /** @description RFC 9457 */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/listeners/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a test message now */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            acknowledged: boolean;
                            /** @description What it answered. */
                            status?: number;
                            problem?: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notice": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The notice on face verification */
        get: {
            parameters: {
                query?: {
                    /** @description Tag of a folder in config/languages; zh and en are there. */
                    language?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            version: number;
                            /** @description What consents are bound to. */
                            hash: string;
                            textHash: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601.
                             */
                            effectiveAt: string;
                            language: string;
                            title: string;
                            optional: {
                                statement: string;
                                alternatives: string[];
                            } & {
                                [key: string]: unknown;
                            };
                            sections: ({
                                heading: string;
                                text: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            /** @description The whole of it as plain text. */
                            text: string;
                            /** @description What it was made from. */
                            fields: {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description RFC 9457 */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notice/page": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as a page to read and print */
        get: {
            parameters: {
                query?: {
                    /** @description Tag of a folder in config/languages; zh and en are there. */
                    language?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/own-data/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One’s own records by the screen’s one-time address; never a template */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    token: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/prompt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What to tell a person at each verification: purpose, how it starts, what else they may use (D9) */
        get: {
            parameters: {
                query?: {
                    /** @description Tag of a folder in config/languages; zh and en are there. */
                    language?: string;
                    method?: "face" | "pin" | "card" | "card+pin";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/staff-calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Calls that nobody answered yet */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            calls: {
                                callId: string;
                                doorId: string;
                                reason: string;
                                state: "open" | "answered";
                                /**
                                 * Format: date-time
                                 * @description ISO 8601.
                                 */
                                at: string;
                                answeredBy?: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601.
                                 */
                                answeredAt?: string;
                            }[];
                        };
                    };
                };
                /** @description RFC 9457 */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
            };
        };
        put?: never;
        /** Call a person to a door; panels get an event */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        doorId: string;
                        reason?: "help" | "accessibility";
                    };
                };
            };
            responses: {
                /** @description Done. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            callId: string;
                            doorId: string;
                            reason: string;
                            state: "open" | "answered";
                            /**
                             * Format: date-time
                             * @description ISO 8601.
                             */
                            at: string;
                            answeredBy?: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601.
                             */
                            answeredAt?: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/staff-calls/{id}/answer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Somebody goes there */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            callId: string;
                            doorId: string;
                            reason: string;
                            state: "open" | "answered";
                            /**
                             * Format: date-time
                             * @description ISO 8601.
                             */
                            at: string;
                            answeredBy?: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601.
                             */
                            answeredAt?: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subjects/{id}/duress-pin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Set a second PIN that opens like the first and raises a silent alarm */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description 6 to 12 digits. */
                        pin: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        post?: never;
        /** Remove the duress PIN */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subjects/{id}/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Put a person into these groups and no others */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Of the configuration’s section access; an empty list: those for everyone. */
                        groups: string[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/verifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start a verification */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        doorId: string;
                        /** @description Must be the site’s one purpose code. */
                        purpose: string;
                        /** @description The person’s own act that started this; a must for face. */
                        act?: {
                            kind: "button" | "touch" | "card" | "pin" | "panel";
                            reference?: string;
                        };
                        claim?: {
                            subjectId: string;
                        } | {
                            /** @description Decimal or hexadecimal digits; separators are ignored. */
                            cardNumber: string;
                        } | {
                            /** @description The site’s own number of a person. */
                            personNumber: string;
                            /** @description 6 to 12 digits. */
                            pin: string;
                        };
                        methods?: ("face" | "pin" | "card" | "card+pin")[];
                        timeoutMs?: number;
                        /** @description The panel’s own; comes back inside the signed decision. */
                        nonce: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            verificationId: string;
                            doorId: string;
                            state: "waiting" | "decided";
                            methods: string[];
                            face: string;
                            guidance?: "look-at-the-camera" | "come-closer" | "one-person-only" | "more-light" | "less-light" | "hold-still" | "face-the-camera" | "step-into-the-picture" | "turn-left" | "turn-right" | "come-nearer" | "close-eyes";
                            cardAccepted: boolean;
                            /** @description The door asks for more: any one of these brings the person further. */
                            needs?: ("card" | "pin" | "face")[];
                            /**
                             * @description Everything here said yes; the panel that has the last word is asked (verification.check-asked).
                             * @enum {string}
                             */
                            awaiting?: "panel";
                            /**
                             * Format: date-time
                             * @description ISO 8601.
                             */
                            startedAt: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601.
                             */
                            expiresAt: string;
                            prompt: {
                                purpose: string;
                                alternatives: string[];
                            };
                            decision?: {
                                verificationId: string;
                                deviceId: string;
                                doorId: string;
                                decision: "grant" | "deny" | "use-alternative";
                                method: string;
                                reason: string;
                                subjectId?: string;
                                serial: number;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601.
                                 */
                                decidedAt: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601.
                                 */
                                expiresAt: string;
                                nonce: string;
                                mode: "live" | "demonstration";
                                keyId: string;
                                /** @description Ed25519, base64, over the canonical JSON (RFC 8785) of every other field. */
                                signature: string;
                            };
                            templateRenewal?: "due" | "running" | "renewed" | "failed";
                        };
                    };
                };
                /** @description RFC 9457 */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/verifications/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Wait for the decision (long poll) */
        get: {
            parameters: {
                query?: {
                    waitMs?: number;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            verificationId: string;
                            doorId: string;
                            state: "waiting" | "decided";
                            methods: string[];
                            face: string;
                            guidance?: "look-at-the-camera" | "come-closer" | "one-person-only" | "more-light" | "less-light" | "hold-still" | "face-the-camera" | "step-into-the-picture" | "turn-left" | "turn-right" | "come-nearer" | "close-eyes";
                            cardAccepted: boolean;
                            /** @description The door asks for more: any one of these brings the person further. */
                            needs?: ("card" | "pin" | "face")[];
                            /**
                             * @description Everything here said yes; the panel that has the last word is asked (verification.check-asked).
                             * @enum {string}
                             */
                            awaiting?: "panel";
                            /**
                             * Format: date-time
                             * @description ISO 8601.
                             */
                            startedAt: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601.
                             */
                            expiresAt: string;
                            prompt: {
                                purpose: string;
                                alternatives: string[];
                            };
                            decision?: {
                                verificationId: string;
                                deviceId: string;
                                doorId: string;
                                decision: "grant" | "deny" | "use-alternative";
                                method: string;
                                reason: string;
                                subjectId?: string;
                                serial: number;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601.
                                 */
                                decidedAt: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601.
                                 */
                                expiresAt: string;
                                nonce: string;
                                mode: "live" | "demonstration";
                                keyId: string;
                                /** @description Ed25519, base64, over the canonical JSON (RFC 8785) of every other field. */
                                signature: string;
                            };
                            templateRenewal?: "due" | "running" | "renewed" | "failed";
                        };
                    };
                };
                /** @description RFC 9457 */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Cancel */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            verificationId: string;
                            doorId: string;
                            state: "waiting" | "decided";
                            methods: string[];
                            face: string;
                            guidance?: "look-at-the-camera" | "come-closer" | "one-person-only" | "more-light" | "less-light" | "hold-still" | "face-the-camera" | "step-into-the-picture" | "turn-left" | "turn-right" | "come-nearer" | "close-eyes";
                            cardAccepted: boolean;
                            /** @description The door asks for more: any one of these brings the person further. */
                            needs?: ("card" | "pin" | "face")[];
                            /**
                             * @description Everything here said yes; the panel that has the last word is asked (verification.check-asked).
                             * @enum {string}
                             */
                            awaiting?: "panel";
                            /**
                             * Format: date-time
                             * @description ISO 8601.
                             */
                            startedAt: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601.
                             */
                            expiresAt: string;
                            prompt: {
                                purpose: string;
                                alternatives: string[];
                            };
                            decision?: {
                                verificationId: string;
                                deviceId: string;
                                doorId: string;
                                decision: "grant" | "deny" | "use-alternative";
                                method: string;
                                reason: string;
                                subjectId?: string;
                                serial: number;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601.
                                 */
                                decidedAt: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601.
                                 */
                                expiresAt: string;
                                nonce: string;
                                mode: "live" | "demonstration";
                                keyId: string;
                                /** @description Ed25519, base64, over the canonical JSON (RFC 8785) of every other field. */
                                signature: string;
                            };
                            templateRenewal?: "due" | "running" | "renewed" | "failed";
                        };
                    };
                };
                /** @description RFC 9457 */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/verifications/{id}/card": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Present a card */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Decimal or hexadecimal digits; separators are ignored. */
                        cardNumber: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            verificationId: string;
                            doorId: string;
                            state: "waiting" | "decided";
                            methods: string[];
                            face: string;
                            guidance?: "look-at-the-camera" | "come-closer" | "one-person-only" | "more-light" | "less-light" | "hold-still" | "face-the-camera" | "step-into-the-picture" | "turn-left" | "turn-right" | "come-nearer" | "close-eyes";
                            cardAccepted: boolean;
                            /** @description The door asks for more: any one of these brings the person further. */
                            needs?: ("card" | "pin" | "face")[];
                            /**
                             * @description Everything here said yes; the panel that has the last word is asked (verification.check-asked).
                             * @enum {string}
                             */
                            awaiting?: "panel";
                            /**
                             * Format: date-time
                             * @description ISO 8601.
                             */
                            startedAt: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601.
                             */
                            expiresAt: string;
                            prompt: {
                                purpose: string;
                                alternatives: string[];
                            };
                            decision?: {
                                verificationId: string;
                                deviceId: string;
                                doorId: string;
                                decision: "grant" | "deny" | "use-alternative";
                                method: string;
                                reason: string;
                                subjectId?: string;
                                serial: number;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601.
                                 */
                                decidedAt: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601.
                                 */
                                expiresAt: string;
                                nonce: string;
                                mode: "live" | "demonstration";
                                keyId: string;
                                /** @description Ed25519, base64, over the canonical JSON (RFC 8785) of every other field. */
                                signature: string;
                            };
                            templateRenewal?: "due" | "running" | "renewed" | "failed";
                        };
                    };
                };
                /** @description RFC 9457 */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/verifications/{id}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The panel’s last word on somebody whom the terminal asked about (verification.check-asked); counts once */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Of the event verification.check-asked. */
                        serial: number;
                        /** @description Of the same event. */
                        nonce: string;
                        result: "success" | "failed";
                        /** @description A code of the panel’s own; recorded with the decision. No names. */
                        info?: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            verificationId: string;
                            doorId: string;
                            state: "waiting" | "decided";
                            methods: string[];
                            face: string;
                            guidance?: "look-at-the-camera" | "come-closer" | "one-person-only" | "more-light" | "less-light" | "hold-still" | "face-the-camera" | "step-into-the-picture" | "turn-left" | "turn-right" | "come-nearer" | "close-eyes";
                            cardAccepted: boolean;
                            /** @description The door asks for more: any one of these brings the person further. */
                            needs?: ("card" | "pin" | "face")[];
                            /**
                             * @description Everything here said yes; the panel that has the last word is asked (verification.check-asked).
                             * @enum {string}
                             */
                            awaiting?: "panel";
                            /**
                             * Format: date-time
                             * @description ISO 8601.
                             */
                            startedAt: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601.
                             */
                            expiresAt: string;
                            prompt: {
                                purpose: string;
                                alternatives: string[];
                            };
                            decision?: {
                                verificationId: string;
                                deviceId: string;
                                doorId: string;
                                decision: "grant" | "deny" | "use-alternative";
                                method: string;
                                reason: string;
                                subjectId?: string;
                                serial: number;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601.
                                 */
                                decidedAt: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601.
                                 */
                                expiresAt: string;
                                nonce: string;
                                mode: "live" | "demonstration";
                                keyId: string;
                                /** @description Ed25519, base64, over the canonical JSON (RFC 8785) of every other field. */
                                signature: string;
                            };
                            templateRenewal?: "due" | "running" | "renewed" | "failed";
                        };
                    };
                };
                /** @description RFC 9457 */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/verifications/{id}/pin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Present a PIN */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description The site’s own number of a person. */
                        personNumber?: string;
                        /** @description 6 to 12 digits. */
                        pin: string;
                    };
                };
            };
            responses: {
                /** @description Done. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            verificationId: string;
                            doorId: string;
                            state: "waiting" | "decided";
                            methods: string[];
                            face: string;
                            guidance?: "look-at-the-camera" | "come-closer" | "one-person-only" | "more-light" | "less-light" | "hold-still" | "face-the-camera" | "step-into-the-picture" | "turn-left" | "turn-right" | "come-nearer" | "close-eyes";
                            cardAccepted: boolean;
                            /** @description The door asks for more: any one of these brings the person further. */
                            needs?: ("card" | "pin" | "face")[];
                            /**
                             * @description Everything here said yes; the panel that has the last word is asked (verification.check-asked).
                             * @enum {string}
                             */
                            awaiting?: "panel";
                            /**
                             * Format: date-time
                             * @description ISO 8601.
                             */
                            startedAt: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601.
                             */
                            expiresAt: string;
                            prompt: {
                                purpose: string;
                                alternatives: string[];
                            };
                            decision?: {
                                verificationId: string;
                                deviceId: string;
                                doorId: string;
                                decision: "grant" | "deny" | "use-alternative";
                                method: string;
                                reason: string;
                                subjectId?: string;
                                serial: number;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601.
                                 */
                                decidedAt: string;
                                /**
                                 * Format: date-time
                                 * @description ISO 8601.
                                 */
                                expiresAt: string;
                                nonce: string;
                                mode: "live" | "demonstration";
                                keyId: string;
                                /** @description Ed25519, base64, over the canonical JSON (RFC 8785) of every other field. */
                                signature: string;
                            };
                            templateRenewal?: "due" | "running" | "renewed" | "failed";
                        };
                    };
                };
                /** @description RFC 9457 */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/verifications/{id}/template-renewal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enrol the face again after a pass with card and PIN that said templateRenewal: due; the person asks */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description The person’s own act that started this; a must for face. */
                        act: {
                            kind: "button" | "touch" | "card" | "pin" | "panel";
                            reference?: string;
                        };
                        timeoutMs?: number;
                    };
                };
            };
            responses: {
                /** @description Done. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            verificationId: string;
                            /** @enum {string} */
                            templateRenewal: "renewed";
                            identification: {
                                state: string;
                                reason?: string;
                            };
                        };
                    };
                };
                /** @description RFC 9457 */
                "4XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
                /** @description RFC 9457 */
                "5XX": {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            type: string;
                            title: string;
                            status: number;
                            detail: string;
                            code: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: never;
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
