//! Regimen: train what Keras describes, fast, and know why it trains as it does
