package matching

import "math"

// ridge is a logistic regression of few weights, kept near a prior mean.
type ridge struct {
	mean     []float64 // prior mean of each weight, the constant last
	strength []float64 // how strongly each weight is held to its mean
	floor    float64   // no weight but the constant falls below
}

// term is one feature of a row that is not zero.
type term struct {
	at    int
	value float64
}

// observed gives row i: its features that are not zero without the constant, its label from 0 to 1 and its weight.
type observed func(i int) (features []term, label, weight float64)

// newtonRounds bounds the rounds of fitting, halvings how often a step that overshoots is halved.
const (
	newtonRounds = 25
	halvings     = 8
)

// fit returns the weights, the constant last, by Newton's method with steps that never make the fit worse.
func (r ridge) fit(n int, at observed) []float64 {
	w := append([]float64(nil), r.mean...)
	k := len(w)
	loss := r.loss(w, n, at)
	for range newtonRounds {
		gradient, hessian := make([]float64, k), make([]float64, k*k)
		for j := range w {
			gradient[j] = r.strength[j] * (w[j] - r.mean[j])
			hessian[j*k+j] = r.strength[j] + 1e-6
		}
		for i := range n {
			features, label, weight := at(i)
			accumulate(w, features, label, weight, gradient, hessian)
		}
		solve(hessian, gradient)
		next, better := r.step(w, gradient, loss, n, at)
		if loss-better < 1e-6*(1+math.Abs(loss)) {
			break
		}
		w, loss = next, better
	}
	return w
}

// step goes along a direction, half as far as long as that is worse than to stay.
func (r ridge) step(w, direction []float64, loss float64, n int, at observed) ([]float64, float64) {
	next := make([]float64, len(w))
	for scale := 1.0; scale > math.Exp2(-halvings); scale /= 2 {
		for j := range w {
			next[j] = w[j] - scale*direction[j]
			if j < len(w)-1 {
				next[j] = max(r.floor, next[j])
			}
		}
		if better := r.loss(next, n, at); better < loss {
			return next, better
		}
	}
	return w, loss
}

// loss is what the fit makes small: the surprise at the labels and the distance from the prior.
func (r ridge) loss(w []float64, n int, at observed) float64 {
	sum := 0.0
	for j := range w {
		sum += 0.5 * r.strength[j] * (w[j] - r.mean[j]) * (w[j] - r.mean[j])
	}
	for i := range n {
		features, label, weight := at(i)
		z := w[len(w)-1]
		for _, f := range features {
			z += w[f.at] * f.value
		}
		sum += weight * (softplus(z) - label*z)
	}
	return sum
}

// softplus is log(1+exp(z)) without overflow.
func softplus(z float64) float64 { return max(z, 0) + math.Log1p(math.Exp(-math.Abs(z))) }

// accumulate adds one row's share of gradient and curvature.
func accumulate(w []float64, features []term, label, weight float64, gradient, hessian []float64) {
	k := len(w)
	z := w[k-1]
	for _, f := range features {
		z += w[f.at] * f.value
	}
	p := 1 / (1 + math.Exp(-z))
	curve := weight * max(p*(1-p), 1e-9)
	off := weight * (p - label)
	for i, f := range features {
		gradient[f.at] += off * f.value
		for _, g := range features[:i+1] {
			hessian[max(f.at, g.at)*k+min(f.at, g.at)] += curve * f.value * g.value
		}
		hessian[(k-1)*k+f.at] += curve * f.value
	}
	gradient[k-1] += off
	hessian[k*k-1] += curve
}

// solve replaces b by the solution of the symmetric positive system whose lower triangle is a (Cholesky).
func solve(a, b []float64) {
	k := len(b)
	for i := range k {
		for j := range i + 1 {
			sum := a[i*k+j]
			for l := range j {
				sum -= a[i*k+l] * a[j*k+l]
			}
			if i == j {
				a[i*k+i] = math.Sqrt(max(sum, 1e-12))
			} else {
				a[i*k+j] = sum / a[j*k+j]
			}
		}
	}
	for i := range k {
		for l := range i {
			b[i] -= a[i*k+l] * b[l]
		}
		b[i] /= a[i*k+i]
	}
	for i := k - 1; i >= 0; i-- {
		for l := i + 1; l < k; l++ {
			b[i] -= a[l*k+i] * b[l]
		}
		b[i] /= a[i*k+i]
	}
}
