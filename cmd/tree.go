package cmd

import "github.com/spf13/cobra"

// tree lists the commands that do the shop's work. A new noun or verb is added here, and
// nowhere else.
func tree(a *App) []*cobra.Command {
	return []*cobra.Command{
		newTechnicianCmd(a),
		newCrewCmd(a),
		newAbsenceCmd(a),
		newTerritoryCmd(a),
		newAppointmentCmd(a),
		newDispatchCmd(a),
		newBoardCmd(a),
		newApprovalCmd(a),
		newPolicyCmd(a),
		newInitCmd(a),
		newCompanyCmd(a),
		newBranchCmd(a),
		newUserCmd(a),
		newDeviceCmd(a),
		newServeCmd(a),
		newCustomerCmd(a),
		newSiteCmd(a),
		newAssetCmd(a),
		newAgreementCmd(a),
		newWorkOrderCmd(a),
		newTaskCmd(a),
		newEvidenceCmd(a),
		newDeliverableCmd(a),
		newSignOffCmd(a),
		newWorkTypeCmd(a),
		newChecklistCmd(a),
		newSLACmd(a),
		newTimeCmd(a),
		newItemCmd(a),
		newPartCmd(a),
		newContractCmd(a),
		newPriceCmd(a),
		newTaxCmd(a),
		newMilestoneCmd(a),
		newChangeOrderCmd(a),
		newProgressCmd(a),
		newPositionCmd(a),
		newRetainerCmd(a),
		newInvoiceCmd(a),
		newPaymentCmd(a),
		newPurchaseOrderCmd(a),
		newPeriodCmd(a),
		newLedgerCmd(a),
		newReportCmd(a),
		newDemoCmd(a),
		newAuditCmd(a),
		newBackupCmd(a),
		newRestoreCmd(a),
		newLogCmd(a),
		newUndoCmd(a),
		newRedoCmd(a),
		newImportCmd(a),
		newExportCmd(a),
		newDoctorCmd(a),
		newLoginCmd(a),
		newLogoutCmd(a),
		newSyncCmd(a),
		newConflictCmd(a),
	}
}

// completers says how each placeholder is completed that stands for something live.
func completers(a *App) map[string]Completer {
	return billingCompleters(a, workCompleters(a, dispatchCompleters(a, map[string]Completer{
		"COLLECTION": a.completeCollections,
		"KEY":        a.completeConfigKeys,
		"ZONE":       completeZones,
	})))
}
