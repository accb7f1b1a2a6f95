// Package steward holds the desk of the people who govern: the queue of discrepancies, decisions and the change requests
// they become, approval and application, what comes of deliveries, and the runs that feed the queue. Who must approve is
// computed here. It starts no timers and sends no mail.
package steward
