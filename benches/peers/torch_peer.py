"""PyTorch: modules and an ordinary training loop over tensors that lie in memory, no DataLoader.

torch            as it runs by itself, step by step
torch-compile    with the model through torch.compile
torch-sparse     conv1d with Embedding(sparse=True), SparseAdam for the embedding and Adam for the rest

Weights begin as Keras's do, but for what is told below. For classes every step also counts the right answers, as Keras's metric does.

Not like for like:
- torch-sparse keeps the momentum of a row still while the row has no gradient, where Adam goes on moving it: much faster on a
  large vocabulary, another optimizer, and it learns less in as many steps.
- nn.LSTM has no recurrent dropout: the lstm drops out inputs and the last state instead, the inputs anew at every time step,
  where Keras has one mask for all.
- The transformer's query, key and value are one layer, whose first weights are drawn for its width: up to 0.16, where Keras's reach 0.25.
- The transformer trains its positions, which Keras's model keeps as they were drawn.
- Adam's epsilon is 1e-8, in Keras 1e-7.
"""

import time

import torch
import torch.nn as nn
import torch.nn.functional as F

from job import Run


def train(job):
    torch.manual_seed(job.seed)
    torch.set_num_threads(job.threads)
    model = model_of(job.workload, sparse=job.peer == "torch-sparse")
    model.apply(begin_like_keras)
    step = step_of(job, model)
    x, y = torch.from_numpy(job.x), torch.from_numpy(job.y)
    if job.plan.loss == "sparse_categorical_crossentropy":
        y = y.long()
    seconds, n = [], len(x)
    for _ in range(job.epochs):
        began, order, total = time.perf_counter(), torch.randperm(n), 0.0
        for i in range(0, n, job.batch):
            rows = order[i : i + job.batch]
            loss, _right = step(x[rows], y[rows])
            total += float(loss) * len(rows)
        seconds.append(time.perf_counter() - began)
    return Run(seconds, total / n)


def step_of(job, model):
    """What trains on one batch and answers its loss and how many answers were right."""
    forward = torch.compile(model) if job.peer == "torch-compile" else model
    optimizers = optimizers_of(job, model)
    loss_of, right_of = LOSSES[job.plan.loss]
    limited = [layer for layer in model if isinstance(layer, nn.Linear)][:-1] if job.workload == "mlp5" else []

    def step(x, y):
        out = forward(x)
        loss = loss_of(out, y)
        for optimizer in optimizers:
            optimizer.zero_grad()
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        with torch.no_grad():
            for layer in limited:
                layer.weight.copy_(torch.renorm(layer.weight, 2, 0, 3.0))
            right = right_of(out, y)
        return loss.detach(), right

    return step


def optimizers_of(job, model):
    plan, weights = job.plan, model.parameters()
    if job.peer == "torch-sparse":
        rest = [weight for name, weight in model.named_parameters() if not name.startswith("embedding.")]
        return [torch.optim.Adam(rest, plan.rate), torch.optim.SparseAdam(model.embedding.parameters(), plan.rate)]
    if plan.optimizer == "sgd":
        return [torch.optim.SGD(weights, plan.rate, momentum=0.9, nesterov=True)]
    return [torch.optim.Adam(weights, plan.rate)]


# By Keras's name of the loss: the loss of a batch, and how many of its answers are right.
LOSSES = {
    "sparse_categorical_crossentropy": (F.cross_entropy, lambda out, y: (out.argmax(1) == y).float().sum()),
    "binary_crossentropy": (
        lambda out, y: F.binary_cross_entropy_with_logits(out.reshape(-1), y),
        lambda out, y: ((out.reshape(-1) > 0) == (y > 0.5)).float().sum(),
    ),
    "mean_squared_error": (F.mse_loss, lambda out, y: 0),
}


def begin_like_keras(module):
    """Keras's initial weights: glorot, zero bias, embeddings uniform in +-0.05, LSTM orthogonal with a forget bias of 1."""
    if isinstance(module, (nn.Linear, nn.Conv1d, nn.Conv2d)):
        nn.init.xavier_uniform_(module.weight)
        nn.init.zeros_(module.bias)
    elif isinstance(module, nn.Embedding):
        nn.init.uniform_(module.weight, -0.05, 0.05)
    elif isinstance(module, nn.LSTM):
        nn.init.xavier_uniform_(module.weight_ih_l0)
        nn.init.orthogonal_(module.weight_hh_l0)
        nn.init.zeros_(module.bias_ih_l0)
        nn.init.zeros_(module.bias_hh_l0)
        with torch.no_grad():
            module.bias_ih_l0[128:256] = 1


# The order in which a model's parts are made, and named, is the order of the random numbers of their weights.


def model_of(workload, sparse):
    if workload == "conv1d":
        return Conv1d(sparse)
    if workload == "mlp5":
        return dense(157, (64, 32, 32, 16), 5, dropout=0.5)
    if workload == "mlp2":
        return dense(64, (16, 16), 1)
    if workload == "mlpreg":
        return nn.Sequential(*dense(100, (64,), 64), nn.ReLU())
    return {"lstm": Lstm, "cnn": Cnn, "transformer": Transformer}[workload]()


def dense(width, hidden, outputs, dropout=0.0):
    layers = [nn.Dropout(dropout)] if dropout else []
    for units in hidden:
        layers += [nn.Linear(width, units), nn.ReLU()]
        width = units
    return nn.Sequential(*layers, nn.Linear(width, outputs))


class Conv1d(nn.Module):
    def __init__(self, sparse):
        super().__init__()
        self.embedding = nn.Embedding(149517, 100, sparse=sparse)
        self.convolution = nn.Conv1d(100, 32, 8)
        self.hidden = nn.Linear(32, 10)
        self.out = nn.Linear(10, 5)

    def forward(self, ids):
        words = self.embedding(ids).transpose(1, 2)
        found = F.relu(self.convolution(words)).amax(2)
        return self.out(F.relu(self.hidden(found)))


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(20000, 128)
        self.lstm = nn.LSTM(128, 128, batch_first=True)
        self.out = nn.Linear(128, 1)

    def forward(self, ids):
        states, _ = self.lstm(F.dropout(self.embedding(ids), 0.2))
        return self.out(F.dropout(states[:, -1], 0.2)).squeeze(1)


class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 32, 3),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Dropout(0.5),
            nn.Linear(1600, 10),
        )

    def forward(self, images):
        return self.layers(images.permute(0, 3, 1, 2))


class Transformer(nn.Module):
    """Length 200, width 32, two heads of 32."""

    def __init__(self):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(20000, 32), nn.Embedding(200, 32)
        self.heads, self.joined = nn.Linear(32, 192), nn.Linear(64, 32)
        self.norm_1, self.norm_2 = nn.LayerNorm(32, 1e-6), nn.LayerNorm(32, 1e-6)
        self.feed_forward = nn.Sequential(nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 32))
        self.head = nn.Sequential(nn.Dropout(0.1), nn.Linear(32, 20), nn.ReLU(), nn.Dropout(0.1), nn.Linear(20, 2))

    def forward(self, ids):
        h = self.tokens(ids) + self.positions.weight
        h = self.norm_1(h + F.dropout(self.attention(h), 0.1))
        h = self.norm_2(h + F.dropout(self.feed_forward(h), 0.1))
        return self.head(h.mean(1))

    def attention(self, h):
        n = len(h)
        query, key, value = self.heads(h).reshape(n, 200, 3, 2, 32).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(query, key, value)
        return self.joined(seen.transpose(1, 2).reshape(n, 200, 64))
