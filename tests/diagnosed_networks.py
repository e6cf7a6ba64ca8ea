"""Networks of PyTorch to be diagnosed: chains, and what is more than a chain, each with a word of the reason."""

import numpy as np


def rows(count=24, inputs=20, seed=1):
    return np.random.default_rng(seed).standard_normal((count, inputs)).astype("float32")


def images(count=8):
    return np.random.default_rng(2).standard_normal((count, 3, 12, 12)).astype("float32")


def words(count=8):
    return np.random.default_rng(3).standard_normal((count, 5, 8)).astype("float32")


def module(torch, forward, **parts):
    """A module of parts whose `forward` is a function of it and its input."""

    class Made(torch.nn.Module):
        def __init__(self):
            super().__init__()
            for name, part in parts.items():
                setattr(self, name, part)

        def forward(self, x):
            return forward(self, x)

    return Made()


def chains(torch):
    """Name to network, batch, kinds of its steps."""
    nn, functional = torch.nn, torch.nn.functional
    linear, weights = nn.Linear, lambda *shape: nn.Parameter(torch.randn(*shape) / 5)
    plain = ["input", "linear", "tanh", "linear"]
    two = dict(a=linear(20, 30), b=linear(30, 3))

    def branch_on_value(net, x):
        if float(x.detach().sum()) > 1e9:
            x = 2 * x
        return net.b(net.t(net.a(x)))

    return {
        "sequential": (nn.Sequential(linear(20, 30), nn.Tanh(), linear(30, 5)), rows(), plain),
        "one layer": (linear(20, 5), rows(), ["input", "linear"]),
        "linear": (nn.Sequential(linear(20, 30), linear(30, 5)), rows(), ["input", "linear", "linear"]),
        "functions": (
            module(
                torch,
                lambda net, x: functional.linear(functional.relu(functional.linear(x, net.w, net.c)), net.v),
                w=weights(30, 20),
                c=weights(30),
                v=weights(4, 30),
            ),
            rows(),
            ["input", "linear", "relu", "linear"],
        ),
        "products and scales": (
            module(
                torch,
                lambda net, x: torch.erf(x @ net.w / 20**0.5 + 0.3 * net.c) @ net.v / 30**0.5,
                w=weights(20, 30),
                c=weights(30),
                v=weights(30, 4),
            ),
            rows(),
            ["input", "linear", "erf", "linear"],
        ),
        "scaled activity": (module(torch, lambda net, x: net.b(2 * torch.tanh(net.a(x))), **two), rows(), plain),
        "standardized input": (
            module(torch, lambda net, x: net.b(torch.tanh(net.a((x - 0.1) / 0.5))), **two),
            rows(),
            ["input", "affine", "affine", *plain[1:]],
        ),
        "swish written out": (
            module(torch, lambda net, x: net.b((lambda h: h * torch.sigmoid(h))(net.a(x))), **two),
            rows(),
            ["input", "linear", "silu", "linear"],
        ),
        "convolutions": (
            nn.Sequential(
                nn.Conv2d(3, 8, 3, padding=1),
                nn.ReLU(),
                nn.Conv2d(8, 8, 3, stride=2),
                nn.ReLU(),
                nn.Flatten(),
                linear(200, 10),
            ),
            images(),
            ["input", "convolution", "relu", "convolution", "relu", "linear"],
        ),
        "no dropout": (nn.Sequential(linear(20, 30), nn.Dropout(0.0), nn.Tanh(), linear(30, 5)), rows(), plain),
        "dropout at rest": (
            nn.Sequential(linear(20, 30), nn.Dropout(0.5), nn.Tanh(), linear(30, 5)).eval(),
            rows(),
            plain,
        ),
        "every position alike": (
            nn.Sequential(linear(8, 16), nn.GELU(), linear(16, 8)),
            words(),
            ["input", "linear", "gelu", "linear"],
        ),
        "written in place": (
            nn.Sequential(linear(20, 30), nn.ReLU(inplace=True), linear(30, 5)),
            rows(),
            ["input", "linear", "relu", "linear"],
        ),
        "squeezed": (
            module(torch, lambda net, x: net.b(torch.relu_(net.a(x))).squeeze(-1), a=linear(20, 30), b=linear(30, 1)),
            rows(),
            ["input", "linear", "relu", "linear"],
        ),
        "several answers": (module(torch, lambda net, x: {"y": net.b(torch.tanh(net.a(x)))}, **two), rows(), plain),
        "branch on a value": (module(torch, branch_on_value, t=nn.Tanh(), **two), rows(), plain),
        "ends in a sigmoid": (nn.Sequential(*_plain(torch), nn.Sigmoid()), rows(), [*plain, "sigmoid"]),
        "double": (nn.Sequential(*_plain(torch)).double(), rows(), plain),
        "bfloat16": (
            nn.Sequential(linear(20, 30), nn.SiLU(), linear(30, 5)).bfloat16(),
            rows(),
            ["input", "linear", "silu", "linear"],
        ),
        "weight norm": (
            nn.Sequential(nn.utils.parametrizations.weight_norm(linear(20, 30)), nn.Tanh(), linear(30, 5)),
            rows(),
            plain,
        ),
        "trained slope": (
            nn.Sequential(linear(20, 30), nn.PReLU(), linear(30, 5)),
            rows(),
            ["input", "linear", "leaky_relu(0.25)", "linear"],
        ),
        "gelu by tanh": (
            nn.Sequential(linear(20, 30), nn.GELU(approximate="tanh"), linear(30, 5)),
            rows(),
            ["input", "linear", "gelu (by tanh)", "linear"],
        ),
        "frozen": (nn.Sequential(*_plain(torch)).requires_grad_(False), rows(), plain),
        "bytes": (
            nn.Sequential(*_plain(torch)),
            np.random.default_rng(0).integers(0, 255, (9, 20)).astype("uint8"),
            plain,
        ),
    }


def _plain(torch):
    return [torch.nn.Linear(20, 30), torch.nn.Tanh(), torch.nn.Linear(30, 5)]


def others(torch):
    """Name to network, batch, a word of the reason why it is no chain."""
    nn, functional = torch.nn, torch.nn.functional
    linear = nn.Linear
    two = dict(a=linear(20, 30), b=linear(30, 20))
    tied = linear(20, 20)
    hooked = nn.Sequential(linear(20, 20), nn.Tanh(), linear(20, 20), nn.Tanh(), linear(20, 3))
    hooked[2].register_forward_hook(lambda layer, given, made: made + given[0])

    class Straight(torch.autograd.Function):
        """Rectified, and passes gradients on as they are."""

        @staticmethod
        def forward(context, x):
            return x.clamp(min=0)

        @staticmethod
        def backward(context, gradient):
            return gradient

    def unfollowed(forward):
        def watched(net, x):
            if float(x.detach().sum()) > 1e9:
                x = 2 * x
            return forward(net, x)

        return watched

    def without_gradients(net, x):
        with torch.no_grad():
            h = torch.tanh(net.a(x))
        return net.b(h)

    def added_in_place(net, x):
        h = torch.tanh(net.a(x))
        y = net.c(h)
        y += h
        return net.b(y)

    def scaled_in_place(net, x):
        h = net.t(net.a(x))
        h.mul_(3)
        return net.b(h)

    def branch(net, x):
        if float(x.detach().sum()) < 1e9:
            x = torch.tanh(x)
        return net.b(torch.tanh(net.a(x)))

    class Adapted(nn.Linear):
        def __init__(self, *sizes):
            super().__init__(*sizes)
            self.down, self.up = nn.Linear(sizes[0], 4), nn.Linear(4, sizes[1])

        def forward(self, x):
            return super().forward(x) + self.up(self.down(x))

    return {
        "hook that adds": (hooked, rows(), "no theory here"),
        "no gradients inside": (module(torch, without_gradients, **two), rows(), "cannot be followed"),
        "gradients of its own": (
            module(torch, lambda net, x: net.b(Straight.apply(net.a(x))), **two),
            rows(),
            "cannot be followed",
        ),
        "added in place, unfollowed": (
            module(torch, unfollowed(added_in_place), c=linear(30, 30), **two),
            rows(),
            "cannot be followed",
        ),
        "scaled in place, unfollowed": (
            module(torch, unfollowed(scaled_in_place), t=nn.Tanh(), **two),
            rows(),
            "cannot be followed",
        ),
        "rectified in place, unfollowed": (
            module(torch, unfollowed(lambda net, x: net.b(functional.relu_(net.a(x)))), **two),
            rows(),
            "cannot be followed",
        ),
        "random biases": (
            module(torch, lambda net, x: net.b(torch.tanh(net.a(x) + torch.rand(30))), **two),
            rows(),
            "random numbers",
        ),
        "random noise": (
            module(torch, lambda net, x: net.b(torch.tanh(net.a(x) + 0.1 * torch.randn_like(x[:, :1]))), **two),
            rows(),
            "adds signals",
        ),
        "residual": (module(torch, lambda net, x: x + net.b(torch.relu(net.a(x))), **two), rows(), "adds signals"),
        "adapter": (nn.Sequential(Adapted(20, 30), nn.Tanh(), linear(30, 3)), rows(), "adds signals"),
        "gated": (
            module(torch, lambda net, x: net.b(torch.sigmoid(net.a(x)) * net.c(x)), c=linear(20, 30), **two),
            rows(),
            "multiplies signals",
        ),
        "joined": (
            module(torch, lambda net, x: net.c(torch.cat([x, net.a(x)], 1)), c=linear(50, 2), **two),
            rows(),
            "joins signals",
        ),
        "layer norm": (
            nn.Sequential(linear(20, 30), nn.LayerNorm(30), nn.Tanh(), linear(30, 5)),
            rows(),
            "normalization",
        ),
        "batch norm": (
            nn.Sequential(linear(20, 30), nn.BatchNorm1d(30), nn.ReLU(), linear(30, 5)),
            rows(),
            "normalization",
        ),
        "batch norm at rest": (
            nn.Sequential(linear(20, 30), nn.BatchNorm1d(30), nn.ReLU(), linear(30, 5)).eval(),
            rows(),
            "normalization",
        ),
        "norm written out": (
            module(
                torch, lambda net, x: net.b(torch.tanh((lambda h: h / h.norm(dim=1, keepdim=True))(net.a(x)))), **two
            ),
            rows(),
            "normalization",
        ),
        "dropout": (nn.Sequential(linear(20, 30), nn.Dropout(0.3), nn.Tanh(), linear(30, 5)), rows(), "drop"),
        "dropout function": (
            module(torch, lambda net, x: net.b(functional.dropout(net.a(x), 0.5)), **two),
            rows(),
            "drop",
        ),
        "pooling": (
            nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), linear(200, 3)),
            images(),
            "pools",
        ),
        "mean over places": (
            module(
                torch, lambda net, x: net.b(torch.relu(net.a(x)).mean((2, 3))), a=nn.Conv2d(3, 8, 3), b=linear(8, 3)
            ),
            images(),
            "no theory here",
        ),
        "recurrent": (
            module(
                torch, lambda net, x: net.b(net.a(x)[0][:, -1]), a=nn.LSTM(8, 16, batch_first=True), b=linear(16, 2)
            ),
            words(),
            "recurrent",
        ),
        "attention": (
            module(torch, lambda net, x: net.a(x, x, x)[0], a=nn.MultiheadAttention(8, 2, batch_first=True)),
            words(),
            "attention",
        ),
        "attention written out": (
            module(
                torch,
                lambda net, x: torch.softmax(net.a(x) @ net.b(x).transpose(1, 2), -1) @ x,
                a=linear(8, 8),
                b=linear(8, 8),
            ),
            words(),
            "attention",
        ),
        "encoder": (
            nn.TransformerEncoder(
                nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 2, enable_nested_tensor=False
            ),
            words(),
            "cannot be followed",
        ),
        "branch on a value": (module(torch, branch, **two), rows(), "cannot be followed"),
        "tied": (nn.Sequential(tied, nn.Tanh(), tied), rows(), "same weights twice"),
        "tied both ways": (
            module(torch, lambda net, x: functional.linear(torch.tanh(net.a(x)), net.a.weight.t()), **two),
            rows(),
            "same weights twice",
        ),
        "softmax": (nn.Sequential(*_plain(torch), nn.Softmax(-1)), rows(), "sum over units"),
        "two nonlinearities": (
            nn.Sequential(linear(20, 30), nn.ReLU(), nn.Tanh(), linear(30, 5)),
            rows(),
            "two nonlinearities",
        ),
        "unknown unit": (nn.Sequential(linear(20, 30), nn.Softsign(), linear(30, 5)), rows(), "no theory here"),
        "stopped gradients": (
            module(torch, lambda net, x: net.b(torch.tanh(net.a(x)).detach()), **two),
            rows(),
            "stops gradients",
        ),
        "transposed convolution": (
            nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.ConvTranspose2d(8, 3, 3)),
            images(),
            "no theory here",
        ),
        "no layer": (nn.Tanh(), rows(), "no linear layer"),
    }
