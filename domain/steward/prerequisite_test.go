package steward_test

import (
	"testing"

	"github.com/crosswalk-mdm/crosswalk/domain"
	"github.com/crosswalk-mdm/crosswalk/domain/catalog"
)

// chained applies a request of three deliveries of three records, each of which waits for the one before it.
func (b *bundle) chained(t testing.TB) (first, second, third domain.Delivery) {
	t.Helper()
	items := make([]domain.ChangeItem, 3)
	for i := range items {
		items[i] = writeOrder(domain.DeliverCreate, domain.Attributes{catalog.ItemName: domain.Translated{"en": "x"}})
		items[i].Delivery.Record, items[i].Record, items[i].Label = domain.NewID(), domain.NewID(), []string{"component", "assembly", "kit"}[i]
		if i > 0 {
			items[i].After = []int{i - 1}
		}
	}
	request := b.proposed(t, b.ana, domain.ChangeRequest{Kind: domain.RequestDecision, Domain: catalog.Item}, items...)
	b.approve(t, request)
	byLabel := map[string]domain.Delivery{}
	for _, d := range b.deliveries(t, request) {
		byLabel[d.Label] = d
	}
	return byLabel["component"], byLabel["assembly"], byLabel["kit"]
}

func (b *bundle) deliveryState(t testing.TB, d domain.Delivery, want domain.DeliveryState) domain.Delivery {
	t.Helper()
	now := must(b.store.Read().Deliveries.ByID(t.Context(), d.ID))(t)
	if now.State != want {
		t.Fatalf("the delivery of the %s is %s (%s), want %s", now.Label, now.State, now.Problem, want)
	}
	return now
}

// ends lets the one delivery that is due end in a way.
func (b *bundle) ends(t testing.TB, of domain.Delivery, kind domain.OutcomeKind) {
	t.Helper()
	due := b.claimOne(t)
	if due.ID != of.ID {
		t.Fatalf("due is the delivery of the %s, not of the %s", due.Label, of.Label)
	}
	must(b.desk.RecordOutcome(t.Context(), due, domain.Outcome{Kind: kind, Problem: "so"}))(t)
}

func TestADeliveryWaitsForWhatComesBeforeIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	component, assembly, kit := b.chained(t)
	for _, next := range []domain.Delivery{component, assembly, kit} {
		b.ends(t, next, domain.OutcomeConfirmed)
	}
	b.deliveryState(t, kit, domain.DeliveryConfirmed)
}

func TestAFailedPrerequisiteHoldsAndARetryReleases(t *testing.T) {
	t.Parallel()
	b := setup(t)
	component, assembly, kit := b.chained(t)
	b.ends(t, component, domain.OutcomeDead)
	held := b.deliveryState(t, assembly, domain.DeliveryHeld)
	if held.ProblemCode != domain.CodeDeliveryWaits || held.Problem == "" {
		t.Errorf("held without a reason: %+v", held)
	}
	b.deliveryState(t, kit, domain.DeliveryHeld)
	for _, waiting := range []domain.Delivery{assembly, kit} {
		_, err := b.desk.RetryDelivery(t.Context(), b.ana, waiting.ID)
		wantCode(t, err, domain.CodeDeliveryWaits)
	}
	must(b.desk.RetryDelivery(t.Context(), b.ana, component.ID))(t)
	if now := b.deliveryState(t, assembly, domain.DeliveryPending); now.Problem != "" {
		t.Errorf("released it still says %q", now.Problem)
	}
	b.deliveryState(t, kit, domain.DeliveryPending)
	for _, next := range []domain.Delivery{component, assembly, kit} {
		b.ends(t, next, domain.OutcomeConfirmed)
	}
	b.verify(t)
}

func TestASkippedPrerequisiteIsGoneWithoutOnAPersonsWord(t *testing.T) {
	t.Parallel()
	b := setup(t)
	component, assembly, kit := b.chained(t)
	b.ends(t, component, domain.OutcomeConflict)
	b.deliveryState(t, assembly, domain.DeliveryHeld)
	must(b.desk.SkipDelivery(t.Context(), b.ana, component.ID, "made by hand"))(t)
	b.deliveryState(t, assembly, domain.DeliveryHeld)
	if due := b.claim(t); len(due) != 0 {
		t.Fatalf("due are %+v, though nobody said that they go on", due)
	}
	must(b.desk.RetryDelivery(t.Context(), b.ana, assembly.ID))(t)
	b.deliveryState(t, kit, domain.DeliveryPending)
	for _, next := range []domain.Delivery{assembly, kit} {
		b.ends(t, next, domain.OutcomeConfirmed)
	}
}

func TestSkippingInTheMiddleHoldsTheRest(t *testing.T) {
	t.Parallel()
	b := setup(t)
	component, assembly, kit := b.chained(t)
	must(b.desk.SkipDelivery(t.Context(), b.ana, assembly.ID, "not now"))(t)
	b.deliveryState(t, component, domain.DeliveryPending)
	b.deliveryState(t, kit, domain.DeliveryHeld)
	must(b.desk.SkipDelivery(t.Context(), b.ana, kit.ID, "nor this"))(t)
	b.ends(t, component, domain.OutcomeConfirmed)
}

func TestStepsWaitOnlyForDeliveriesBeforeThem(t *testing.T) {
	t.Parallel()
	b := setup(t)
	write := writeOrder(domain.DeliverCreate, nil)
	for name, after := range map[string]int{"itself": 0, "what comes later": 1, "nothing": -1, "what is not there": 9} {
		wrong := write
		wrong.After = []int{after}
		err := b.store.Write(t.Context(), domain.Change{Actor: b.ana.ID, Reason: "test"}, func(repos domain.Repos) error {
			_, err := b.desk.Propose(t.Context(), repos, b.ana, domain.ChangeRequest{Kind: domain.RequestDecision, Domain: catalog.Item}, []domain.ChangeItem{wrong, write})
			return err
		})
		if domain.ErrorCode(err) != domain.CodeDecisionInvalid {
			t.Errorf("a step that waits for %s: %v", name, err)
		}
	}
}
