"""Qt: models, views and the runnables that load them."""
