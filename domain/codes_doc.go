package domain

import "slices"

// CodeDocs says of every code what kind of failure it is and what it means to the person who meets it, in the order of
// docs/problems.md, which is made from it.
func CodeDocs() []CodeDoc {
	return slices.Concat(requestCodes(), accessCodes(), dataCodes(), recordCodes(), systemCodes(), runCodes(), stewardCodes(), deliveryCodes(), mergeCodes())
}

func requestCodes() []CodeDoc {
	return []CodeDoc{
		{CodeInternal, KindInternal, "Something failed inside Crosswalk; the log has the cause under the trace ID."},
		{CodeBodyInvalid, KindInvalid, "The request could not be read, or a field of it is wrong; the errors name the fields."},
		{CodeBodyTooLarge, KindInvalid, "The request or file is larger than is taken."},
		{CodeRouteUnknown, KindNotFound, "There is no such address."},
		{CodeCursorInvalid, KindInvalid, "The cursor of a list is none that this list has given out."},
		{CodeIDInvalid, KindInvalid, "What should be an ID is none."},
		{CodeIdempotencyMismatch, KindInvalid, "The Idempotency-Key was used before with another request."},
		{CodeIdempotencyBusy, KindConflict, "The first request with this Idempotency-Key is still under way."},
		{CodeRateLimited, KindRateLimited, "Too many requests came in a short time; wait as long as Retry-After says."},
	}
}

func accessCodes() []CodeDoc {
	return []CodeDoc{
		{CodeSignInRequired, KindUnauthenticated, "Nobody is signed in, or the session has ended."},
		{CodeSignInWrong, KindUnauthenticated, "The login or the password is wrong."},
		{CodeSignInTooMany, KindRateLimited, "Signing in failed too often; wait before trying again."},
		{CodeCSRF, KindForbidden, "A change came from a page that is not Crosswalk's own."},
		{CodeAccessDenied, KindForbidden, "The access check found no right to do this here; an integration admin can grant it."},
		{CodeUserUnknown, KindNotFound, "There is no such account."},
		{CodeUserInvalid, KindInvalid, "The account cannot be stored as given: its login, password or role is not allowed."},
		{CodeUserStale, KindConflict, "The account has changed since it was read."},
		{CodeUserOwnRights, KindForbidden, "Nobody changes their own rights; somebody else has to."},
		{CodeKeyInvalid, KindUnauthenticated, "The key of a service is unknown, has expired, was revoked, or may not be used from this address."},
		{CodeServiceUnknown, KindNotFound, "There is no such service identity, or it has no such key."},
		{CodeServiceInvalid, KindInvalid, "The service identity cannot be stored as given: its name, scopes, expiry or networks are not allowed."},
		{CodeServiceStale, KindConflict, "The service identity has changed since it was read."},
		{CodeServiceKeys, KindConflict, "The service identity has two good keys already."},
		{CodeServiceRevoked, KindConflict, "The service identity was revoked."},
		{CodeChangeAnonymous, KindInvalid, "A change names nobody who makes it, or no reason."},
		{CodeDomainUnlocked, KindInternal, "A change touched a domain that it had not announced; this is a fault in Crosswalk."},
	}
}

func dataCodes() []CodeDoc {
	return []CodeDoc{
		{CodeValueInvalid, KindInvalid, "A value does not fit its attribute, or is not written as values are."},
		{CodeAttributeUnknown, KindInvalid, "The domain has no such attribute."},
		{CodeAttributeMissing, KindInvalid, "A required attribute has no value."},
		{CodeDomainUnknown, KindNotFound, "There is no such domain."},
		{CodeDateInvalid, KindInvalid, "What should be a day in ISO form (2026-11-23) is none."},
		{CodePlantCodeInvalid, KindInvalid, "A code is empty or too long."},
		{CodeConfigInvalid, KindInvalid, "The configuration of a system, plant or plan is wrong; the errors name the fields."},
		{CodeStateMove, KindConflict, "The thing is in a state from which it cannot go where it was asked to."},
		{CodeReasonRequired, KindInvalid, "This needs a reason."},
	}
}

func recordCodes() []CodeDoc {
	return []CodeDoc{
		{CodeDuplicate, KindConflict, "This exists already."},
		{CodeReferenceMissing, KindConflict, "This refers to something that does not exist."},
		{CodeStoreBusy, KindUnavailable, "The store is busy with other work; try again."},
		{CodeStoreDown, KindUnavailable, "The store does not answer."},
		{CodeRecordUnknown, KindNotFound, "There is no such golden record."},
		{CodeRecordStale, KindConflict, "The golden record has changed since it was read."},
		{CodeRecordCodeTaken, KindConflict, "Another golden record of the domain has this code."},
		{CodeMappingUnknown, KindNotFound, "There is no such code mapping."},
		{CodeMappingOverlap, KindConflict, "The code would stand for two golden records on the same day."},
		{CodeMappingStale, KindConflict, "The code mapping has changed since it was read."},
		{CodeMappingDefault, KindConflict, "Another code is the one by which the system is told of the record."},
		{CodeMappingState, KindConflict, "The code mapping is in a state, or ends on a day, that does not allow this."},
		{CodeUnmappedUnknown, KindNotFound, "There is no such unmapped code."},
		{CodeRecordRequestUnknown, KindNotFound, "There is no such record request."},
		{CodeRecordRequestStale, KindConflict, "The record request has changed since it was read."},
		{CodeRecordRequestState, KindConflict, "The record request is in a state in which this cannot be done."},
		{CodeRecordRequestOpen, KindConflict, "A record was requested for this code already, and the request is not closed."},
		{CodeRecordRequestMapped, KindConflict, "A record was requested for a code that is mapped to one already."},
		{CodeRecordRequestAlike, KindConflict, "Records or requests look like what is requested: answer with one of them, or say what is different."},
		{CodePatternInvalid, KindInvalid, "The pattern of codes cannot be understood."},
		{CodePatternUsedUp, KindConflict, "The pattern of codes has no number left."},
		{CodeVerdictUnknown, KindNotFound, "There is no such verdict."},
		{CodeVerdictStale, KindConflict, "Somebody has given a verdict on this pair, or taken one back, since it was read."},
		{CodeVerdictUndone, KindConflict, "The verdict was taken back already."},
		{CodeCandidateUnknown, KindNotFound, "There is no such match candidate: a newer evaluation may no longer propose it."},
		{CodeCandidateStale, KindConflict, "The match candidate has changed since it was read."},
		{CodeClusterUnknown, KindNotFound, "There is no such group of duplicates: a newer evaluation may no longer propose it."},
		{CodeEvaluationLost, KindConflict, "Another replica has taken the evaluation of the domain over."},
		{CodeVerdictPair, KindInvalid, "No verdict can be given on these two: they are two codes, one thing, or of different domains."},
		{CodeVerdictMerged, KindConflict, "What came of the verdict was applied: unmerge the records to take it back."},
		{CodeMatchRuleUnknown, KindNotFound, "There is no such version of the matching rule."},
		{CodeMatchBuilding, KindUnavailable, "What single things are looked up in is still being built; ask again in a moment."},
		{CodeMatchLinked, KindConflict, "The code is linked to a record already, so that nothing is suggested for it."},
		{CodeMatchRuleStale, KindConflict, "The matching rule has changed since it was read."},
		{CodeMatchRuleState, KindConflict, "A version of the matching rule that was activated never changes."},
		{CodeMatchRuleUntested, KindConflict, "The draft was not tried, as it stands, on all verdicts that stand now."},
		{CodeBandOpen, KindConflict, "Nothing has closed the automatic band at the plant: measured agreement alone decides whether it is open."},
	}
}

func mergeCodes() []CodeDoc {
	return []CodeDoc{
		{CodeMergeItself, KindConflict, "A record cannot be merged into itself."},
		{CodeMergeDomain, KindConflict, "Records of different domains cannot be merged."},
		{CodeMergeState, KindConflict, "A record that is merged, retired or not in use yet can neither be merged nor have others merged into it."},
		{CodeMergeCircle, KindConflict, "The record forwards to one that would forward to it."},
		{CodeMergeOpen, KindConflict, "Change requests about the records are not closed yet."},
		{CodeMergeDeliveries, KindConflict, "Deliveries of the record are under way, or gave up and wait for a person."},
		{CodeMergeContradiction, KindConflict, "The records contradict each other in their base unit or tracking: acknowledge that they are one thing all the same."},
		{CodeMergeIdentifiers, KindConflict, "A warning: the records have different numbers by which things are told apart."},
		{CodeMergeStock, KindConflict, "A warning: a plant uses more than one of the records and keeps stock of each."},
		{CodeMergeUses, KindConflict, "A warning: a plant has blocked one of the records and uses another."},
		{CodeMergeNone, KindConflict, "The record is not merged into another."},
		{CodeMergeChoice, KindInvalid, "A value was chosen of a record that takes no part, or of an attribute that is not chosen."},
	}
}

func systemCodes() []CodeDoc {
	return []CodeDoc{
		{CodeSystemUnknown, KindNotFound, "There is no such system."},
		{CodeSystemStale, KindConflict, "The system, plant or plan has changed since it was read."},
		{CodeSystemUnreachable, KindUnavailable, "The system does not answer."},
		{CodeSystemDenied, KindForbidden, "The system refuses Crosswalk's key, or the key may not do this."},
		{CodeSystemAnswer, KindUnavailable, "The system answered with something its interface does not promise, such as a web page."},
		{CodeSystemSchema, KindConflict, "A field or table that is read is no longer there, as after an upgrade of the system."},
		{CodeSystemRefused, KindInvalid, "The system refuses a value."},
		{CodeSystemBusy, KindUnavailable, "The system asks to be left alone for a while."},
		{CodeSystemUnguarded, KindForbidden, "The system cannot compare and set in one step, and no admin has accepted writing without it."},
		{CodeSystemReadOnly, KindForbidden, "The system is only read; changes to it are made by hand from the work list."},
		{CodeSystemCut, KindUnavailable, "The connection broke off in the middle of an answer."},
		{CodePlantUnknown, KindNotFound, "There is no such plant."},
		{CodePlanUnknown, KindNotFound, "There is no such reconciliation plan."},
	}
}

func runCodes() []CodeDoc {
	return []CodeDoc{
		{CodeRunUnknown, KindNotFound, "There is no such run."},
		{CodeRunActive, KindConflict, "Another run of the plan has not finished."},
		{CodeRunHeld, KindConflict, "The system gave far fewer records than before; a person releases or cancels the run."},
		{CodeRunLeaseLost, KindConflict, "The run was cancelled, or another worker goes on with it."},
		{CodeRunIncomplete, KindConflict, "The end of the data was not proven, so that nothing was concluded from it."},
		{CodeRunStagingLost, KindConflict, "What the run had read is no longer there; start the plan again."},
		{CodeImportUnknown, KindNotFound, "There is no such import."},
		{CodeImportInvalid, KindInvalid, "The file cannot be read as what it was declared to be; the errors name the lines."},
		{CodeImportSubmitted, KindConflict, "The import has been submitted already."},
		{CodeImportStale, KindConflict, "The import was changed since you looked at it; read it again."},
		{CodeImportLost, KindConflict, "The import was cancelled, or another worker goes on with it; what this one had begun is dropped."},
		{CodeImportState, KindConflict, "The import is not in a state in which this can be done: it is read, waits for an answer, or is over."},
		{CodeImportFaulty, KindConflict, "All rows were to be handed in or none, and some are wrong or in conflict."},
		{CodeImportTooMany, KindRateLimited, "So many of your imports are still worked on that no further one is taken; wait for one of them."},
		{CodeImportForgotten, KindConflict, "The file of the import is no longer kept; upload it again."},
		{CodeLoadNothing, KindConflict, "There is nothing to load: no record was read that is not golden already."},
		{CodeListUnknown, KindNotFound, "There is no such code list."},
		{CodeEventsTooMany, KindRateLimited, "Somebody, or everybody together, listens to events in too many places at a time."},
		{CodeExportBusy, KindUnavailable, "Too many files are being written at once; try again in a minute."},
		{CodeExportTooLong, KindInvalid, "A sheet cannot hold that many rows, or a cell that long a text: choose a plant or a system."},
		{CodeWorkListTooLong, KindInvalid, "The work list has too many entries for one file: choose a plant or a day."},
		{CodePlanStale, KindConflict, "The plan changed since it was looked at."},
		{CodeRecordState, KindConflict, "The record is not in use: its values cannot be changed."},
		{CodeUseInvalid, KindInvalid, "The use of a record by a plant cannot be as it was declared: the fields say why."},
	}
}

func stewardCodes() []CodeDoc {
	return []CodeDoc{
		{CodeSnapshotUnknown, KindNotFound, "The list of the queue has expired; open the queue again."},
		{CodeDiscrepancyUnknown, KindNotFound, "There is no such discrepancy."},
		{CodeDiscrepancyStale, KindConflict, "The discrepancy has changed since it was read."},
		{CodeDiscrepancyState, KindConflict, "The discrepancy is not open for a decision."},
		{CodeDecisionInvalid, KindInvalid, "The decision does not fit the discrepancy."},
		{CodeRequestUnknown, KindNotFound, "There is no such change request."},
		{CodeRequestStale, KindConflict, "The change request has changed since it was read."},
		{CodeRequestState, KindConflict, "The change request is in a state in which this cannot be done."},
		{CodeRequestOwn, KindForbidden, "Someone other than the proposer must decide about a change request."},
		{CodeRequestNotOwn, KindForbidden, "Only the proposer can do this with a change request."},
		{CodeRequestBaseMoved, KindConflict, "What the change request was decided on has changed, so that none of it was applied."},
		{CodeRequestNoReturn, KindConflict, "Nothing of the change request can be taken back: it was not applied, or everything it touched has moved since."},
		{CodeBatchTooLarge, KindInvalid, "More discrepancies would be decided in one batch than is allowed."},
		{CodeAcceptanceUnknown, KindNotFound, "There is no such acceptance."},
		{CodeAcceptanceStale, KindConflict, "The acceptance has changed since it was read."},
		{CodeAcceptanceWider, KindConflict, "The discrepancy is accepted together with others: that acceptance is the one to end."},
	}
}

func deliveryCodes() []CodeDoc {
	return []CodeDoc{
		{CodeDeliveryUnknown, KindNotFound, "There is no such delivery."},
		{CodeDeliveryState, KindConflict, "The delivery is in a state in which this cannot be done."},
		{CodeDeliveryLease, KindConflict, "Another worker has the delivery."},
		{CodeDeliveryInvalid, KindInvalid, "The delivery cannot be made as it is: it lacks a code or sets what cannot be written."},
		{CodeDeliveryWaits, KindConflict, "A delivery that had to come first failed or was given up, so this one is held."},
		{CodeAuditBroken, KindConflict, "An audit chain has a gap, or an entry of it was altered."},
	}
}
