package org.truckee.protocol.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProductTest {
    @Test
    void nodesTellTheVersionOfTheBuild() {
        assertThat(Product.NAME).matches("truckee/[0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)?");
    }
}
